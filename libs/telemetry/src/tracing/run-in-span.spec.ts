import { setTimeout as sleep } from 'node:timers/promises';
import { context, createContextKey, ROOT_CONTEXT, SpanStatusCode, trace } from '@opentelemetry/api';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { recordTelemetry } from '../testing/index.js';
import { runInSpan } from './run-in-span.js';
import { activeSpanContext } from './running-work.spec-helper.js';

const telemetry = recordTelemetry();
afterEach(() => telemetry.clear());
afterAll(() => telemetry.stop());

/** Not a promise: does its work when `then` is called, as query builders do. */
class LazyQuery {
  runs = 0;
  spanWhileRunning: string | undefined;

  // oxlint-disable-next-line unicorn/no-thenable -- that is what is tested
  then(resolve: (value: string) => void): void {
    this.runs += 1;
    this.spanWhileRunning = activeSpanContext()?.spanId;
    resolve('rows');
  }
}

const fail = (): never => {
  throw new Error('hook');
};

const nestedCalls = (index: number): Promise<void> =>
  runInSpan(`outer ${index}`, {}, async () => {
    await sleep(index % 7);
    await runInSpan(`inner ${index}`, {}, async () => {
      await sleep((index * 3) % 5);
      runInSpan(`leaf ${index}`, {}, () => undefined);
    });
  });

describe('runInSpan', () => {
  it('returns what the function returns and ends the span', () => {
    const result = { id: 1 };
    expect(runInSpan('work', {}, () => result)).toBe(result);
    expect(telemetry.span('work').status.code).toBe(SpanStatusCode.UNSET);
  });

  it('hands the span over and makes it current', () => {
    runInSpan('work', {}, (span) => {
      expect(trace.getActiveSpan()).toBe(span);
    });
    expect(trace.getActiveSpan()).toBeUndefined();
  });

  it('makes nested calls children, over awaits and timers', async () => {
    await runInSpan('outer', {}, async () => {
      await sleep(1);
      await new Promise<void>((resolve) => {
        setTimeout(() => {
          runInSpan('inner', {}, () => resolve());
        }, 1);
      });
    });
    const outer = telemetry.span('outer').spanContext();
    expect(telemetry.span('inner').parentSpanContext?.spanId).toBe(outer.spanId);
    expect(telemetry.span('inner').spanContext().traceId).toBe(outer.traceId);
  });

  it('keeps the other values of the context', () => {
    const key = createContextKey('tenant');
    context.with(ROOT_CONTEXT.setValue(key, 'acme'), () => {
      runInSpan('outer', {}, () => {
        const span = trace.getActiveSpan();
        const with2 = context.active().setValue(createContextKey('more'), 2);
        expect(trace.getSpan(with2)).toBe(span);
        expect(trace.getSpan(with2.deleteValue(key))).toBe(span);
        expect(trace.getSpan(trace.deleteSpan(context.active()))).toBeUndefined();
        expect(trace.getSpan(context.active().deleteValue(key))).toBe(span);
        runInSpan('inner', {}, () => expect(context.active().getValue(key)).toBe('acme'));
      });
    });
    expect(telemetry.spanNames).toEqual(['inner', 'outer']);
  });

  it('starts from a given parent context', () => {
    const parent = runInSpan('parent', {}, () => context.active());
    runInSpan('child', { parent }, () => undefined);
    expect(telemetry.span('child').parentSpanContext?.spanId).toBe(
      telemetry.span('parent').spanContext().spanId,
    );
  });

  it('ends the span of a promise when it settles', async () => {
    const result = runInSpan('work', {}, () => sleep(1, 'done'));
    expect(telemetry.spans).toEqual([]);
    await expect(result).resolves.toBe('done');
    expect(telemetry.spanNames).toEqual(['work']);
  });

  it('throws the very error on, recorded', () => {
    const error = new TypeError('broken');
    let caught: unknown;
    try {
      runInSpan('work', {}, () => {
        throw error;
      });
    } catch (thrown) {
      caught = thrown;
    }
    expect(caught).toBe(error);
    expect(telemetry.span('work').status).toEqual({ code: SpanStatusCode.ERROR, message: 'broken' });
  });

  it.each([null, undefined, 'text', 42])('leaves a thrown or rejected %s as it is', async (value) => {
    const thrown = Symbol('nothing');
    let caught: unknown = thrown;
    try {
      runInSpan('sync', {}, () => {
        throw value;
      });
    } catch (error) {
      caught = error;
    }
    expect(caught).toBe(value);
    // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- that is what is tested
    const reject = (): Promise<never> => Promise.reject(value);
    await expect(runInSpan('async', {}, reject)).rejects.toBe(value);
    for (const span of telemetry.spans) expect(span.status.code).toBe(SpanStatusCode.ERROR);
    expect(telemetry.spanNames).toEqual(['sync', 'async']);
  });

  it('neither runs nor replaces a lazy thenable', () => {
    const query = new LazyQuery();
    expect(runInSpan('query', {}, () => query)).toBe(query);
    expect(query.runs).toBe(0);
    expect(telemetry.spanNames).toEqual(['query']);
  });

  it('runs a lazy thenable once and inside of the span if asked to', async () => {
    const query = new LazyQuery();
    const result = runInSpan(
      'query',
      { thenables: 'await', resultAttributes: (rows) => ({ rows }) },
      () => query,
    );
    await expect(result).resolves.toBe('rows');
    expect(query.runs).toBe(1);
    expect(query.spanWhileRunning).toBe(telemetry.span('query').spanContext().spanId);
    expect(telemetry.span('query').attributes).toEqual({ rows: 'rows' });
  });

  it('follows a promise to the end of the Observable or stream it resolves to', async () => {
    const { of, lastValueFrom } = await import('rxjs');
    const values = await runInSpan('work', {}, async () => of(1, 2));
    expect(telemetry.spans).toEqual([]);
    expect(await lastValueFrom(values)).toBe(2);
    expect(telemetry.spanNames).toEqual(['work']);
  });

  it('ends at return if told not to follow the result', async () => {
    const pending = runInSpan('work', { followResult: false }, () => sleep(1));
    expect(telemetry.spanNames).toEqual(['work']);
    await pending;
  });

  it('survives results that resist being looked at', () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    expect(runInSpan('work', {}, () => proxy)).toBe(proxy);
    expect(telemetry.spanNames).toEqual(['work']);
  });

  it('adds attributes from the result', async () => {
    const options = { resultAttributes: (result: unknown) => ({ result }) };
    runInSpan('sync', options, () => 1);
    await runInSpan('async', options, async () => 2);
    expect(telemetry.span('sync').attributes).toEqual({ result: 1 });
    expect(telemetry.span('async').attributes).toEqual({ result: 2 });
  });

  it('goes on when a hook of the user throws', async () => {
    expect(runInSpan('result', { resultAttributes: fail }, () => 1)).toBe(1);
    expect(runInSpan('lazy', { lazyAttributes: fail }, () => 1)).toBe(1);
    await expect(runInSpan('onResult', { onResult: fail }, async () => 1)).resolves.toBe(1);
    expect(telemetry.span('result').status.code).toBe(SpanStatusCode.UNSET);
    expect(telemetry.span('lazy').status.code).toBe(SpanStatusCode.UNSET);
    expect(telemetry.warnings.map(({ code }) => code)).toEqual([
      'NT_USER_CODE_FAILED',
      'NT_USER_CODE_FAILED',
    ]);
    // As nestjs-otel has it.
    expect(telemetry.span('onResult').status.code).toBe(SpanStatusCode.ERROR);
  });

  it('leaves a span alone that the function ended itself', () => {
    runInSpan('work', {}, (span) => span.end());
    expect(telemetry.spanNames).toEqual(['work']);
  });

  it('never mixes up 200 interleaved calls', async () => {
    await Promise.all(Array.from({ length: 200 }, (_, index) => nestedCalls(index)));
    expect(telemetry.spans).toHaveLength(600);
    for (let index = 0; index < 200; index += 1) {
      const outer = telemetry.span(`outer ${index}`);
      const inner = telemetry.span(`inner ${index}`);
      expect(outer.parentSpanContext).toBeUndefined();
      expect(inner.parentSpanContext?.spanId).toBe(outer.spanContext().spanId);
      expect(telemetry.span(`leaf ${index}`).parentSpanContext?.spanId).toBe(inner.spanContext().spanId);
    }
  });
});
