import { setTimeout as sleep } from 'node:timers/promises';
import { types } from 'node:util';
import { SpanStatusCode } from '@opentelemetry/api';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { recordTelemetry } from '../../testing/index.js';
import { runInSpan } from '../run-in-span.js';
import { activeSpanContext, collect, nextTurn } from '../running-work.spec-helper.js';

const telemetry = recordTelemetry();
afterEach(() => telemetry.clear());
afterAll(() => telemetry.stop());
const spanId = (name: string): string => telemetry.span(name).spanContext().spanId;

function* ids(): Generator<string | undefined, string, unknown> {
  try {
    yield activeSpanContext()?.spanId;
    yield activeSpanContext()?.spanId;
  } finally {
    runInSpan('cleanup', {}, () => undefined);
  }
  return 'done';
}

async function* asyncIds(): AsyncGenerator<string | undefined, string> {
  try {
    await sleep(1);
    yield activeSpanContext()?.spanId;
    await sleep(1);
    yield activeSpanContext()?.spanId;
  } finally {
    runInSpan('cleanup', {}, () => undefined);
  }
  return 'done';
}

function* sum(): Generator<number, number, number> {
  const first = yield 0;
  return first + (yield first);
}

async function* failing(): AsyncGenerator<number> {
  yield 1;
  await sleep(1);
  throw new Error('late');
}

describe('a span around a generator', () => {
  it('lasts until the last step, with every step in its context', () => {
    const generator = runInSpan('work', {}, () => ids());
    expect(telemetry.spans).toEqual([]);
    const seen = [...generator];
    expect(seen).toEqual([spanId('work'), spanId('work')]);
    expect(activeSpanContext()).toBeUndefined();
  });

  it('leaves the generator a generator', () => {
    const generator = runInSpan('work', {}, () => ids());
    expect(types.isGeneratorObject(generator)).toBe(true);
    expect(generator[Symbol.iterator]()).toBe(generator);
    expect(Object.prototype.toString.call(generator)).toBe('[object Generator]');
  });

  it('ends when the loop is left, after the cleanup of the generator', () => {
    for (const _ of runInSpan('work', {}, () => ids())) break;
    expect(telemetry.spanNames).toEqual(['cleanup', 'work']);
    expect(telemetry.span('cleanup').parentSpanContext?.spanId).toBe(spanId('work'));
    expect(telemetry.span('work').status.code).toBe(SpanStatusCode.UNSET);
  });

  it('records what is thrown in or out', () => {
    const error = new Error('stop');
    const generator = runInSpan('work', {}, () => ids());
    generator.next();
    expect(() => generator.throw(error)).toThrow(error);
    expect(telemetry.span('work').status).toEqual({ code: SpanStatusCode.ERROR, message: 'stop' });
  });

  it('passes values in and the result out', () => {
    const options = { resultAttributes: (result: unknown) => ({ result }) };
    const generator = runInSpan('work', options, () => sum());
    expect([generator.next(0), generator.next(2), generator.next(3), generator.next(4)]).toEqual([
      { done: false, value: 0 },
      { done: false, value: 2 },
      { done: true, value: 5 },
      { done: true, value: undefined },
    ]);
    expect(telemetry.span('work').attributes).toEqual({ result: 5 });
  });

  it('keeps the code between two steps in its own context', () => {
    runInSpan('consumer', {}, () => {
      for (const _ of runInSpan('work', {}, () => ids())) runInSpan('body', {}, () => undefined);
    });
    for (const body of telemetry.spans.filter(({ name }) => name === 'body')) {
      expect(body.parentSpanContext?.spanId).toBe(spanId('consumer'));
    }
  });

  it('is not made if nobody iterates', async () => {
    runInSpan('work', {}, () => ids());
    await nextTurn();
    expect(telemetry.spans).toEqual([]);
  });

  it('starts with the first step, however late that is', async () => {
    const generator = runInSpan('work', {}, () => ids());
    await nextTurn();
    expect([...generator]).toHaveLength(2);
    expect(telemetry.spanNames).toEqual(['cleanup', 'work']);
  });

  it('leaves the iterators of collections alone', () => {
    const values = new Map([[1, 2]]).values();
    expect(runInSpan('work', {}, () => values)).toBe(values);
    expect(telemetry.spanNames).toEqual(['work']);
  });
});

describe('a span around an async generator', () => {
  it('lasts until the last step, with every step in its context', async () => {
    const seen: unknown[] = [];
    for await (const id of runInSpan('work', {}, () => asyncIds())) seen.push(id, activeSpanContext());
    expect(seen).toEqual([spanId('work'), undefined, spanId('work'), undefined]);
    expect(telemetry.spanNames).toEqual(['cleanup', 'work']);
  });

  it('leaves the generator a generator', async () => {
    const generator = runInSpan('work', {}, () => asyncIds());
    expect(Object.prototype.toString.call(generator)).toBe('[object AsyncGenerator]');
    expect(generator[Symbol.asyncIterator]()).toBe(generator);
    await generator.return('early');
  });

  it('ends when the loop is left', async () => {
    for await (const _ of runInSpan('work', {}, () => asyncIds())) break;
    expect(telemetry.spanNames).toEqual(['cleanup', 'work']);
    expect(telemetry.span('cleanup').parentSpanContext?.spanId).toBe(spanId('work'));
  });

  it('records an error of the generator', async () => {
    const generator = runInSpan('work', {}, () => failing());
    await expect(collect(generator)).rejects.toThrow('late');
    expect(telemetry.span('work').status).toEqual({ code: SpanStatusCode.ERROR, message: 'late' });
  });

  it('records what is thrown in', async () => {
    const generator = runInSpan('work', {}, () => asyncIds());
    await generator.next();
    await expect(generator.throw(new Error('stop'))).rejects.toThrow('stop');
    expect(telemetry.span('work').status.code).toBe(SpanStatusCode.ERROR);
  });

  it('covers a generator that is passed up through another span', async () => {
    const generator = runInSpan('outer', {}, () => runInSpan('inner', {}, () => asyncIds()));
    await collect(generator);
    expect(telemetry.spanNames).toEqual(['cleanup', 'inner', 'outer']);
    expect(telemetry.span('inner').parentSpanContext?.spanId).toBe(spanId('outer'));
  });

  it('is not repeated by calls that return the same generator', async () => {
    const shared = runInSpan('maker', {}, () => asyncIds());
    for (let call = 0; call < 3; call += 1) expect(runInSpan('getter', {}, () => shared)).toBe(shared);
    await collect(shared);
    expect(telemetry.spanNames).toEqual(['getter', 'getter', 'getter', 'cleanup', 'maker']);
  });
});
