import { SpanStatusCode } from '@opentelemetry/api';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { recordTelemetry } from '../testing/index.js';
import { errorType, recordError } from './error-recording.js';
import { runInSpan } from './run-in-span.js';

const telemetry = recordTelemetry();
afterEach(() => telemetry.clear());
afterAll(() => telemetry.stop());

class StockEmpty extends Error {}

const failWith = (error: unknown): never => {
  throw error;
};

describe('recording an error', () => {
  it('says on the span what failed, and keeps the stack to the event', () => {
    const error = new StockEmpty('none left');
    expect(() => runInSpan('work', {}, () => failWith(error))).toThrow(error);
    const span = telemetry.span('work');
    expect(span.status).toEqual({ code: SpanStatusCode.ERROR, message: 'none left' });
    expect(span.attributes).toEqual({ 'error.type': 'StockEmpty' });
    expect(span.events).toHaveLength(1);
    expect(span.events[0]?.name).toBe('exception');
    expect(span.events[0]?.attributes).toEqual({
      'exception.type': 'StockEmpty',
      'exception.message': 'none left',
      'exception.stacktrace': error.stack,
    });
  });

  it('marks every span an error passes through, with one event on the innermost', async () => {
    const error = new Error('deep');
    const nested = runInSpan('outer', {}, () =>
      runInSpan('middle', {}, async () => runInSpan('inner', {}, () => failWith(error))),
    );
    await expect(nested).rejects.toBe(error);
    expect(telemetry.spans.map(({ name, events }) => [name, events.length])).toEqual([
      ['inner', 1],
      ['middle', 0],
      ['outer', 0],
    ]);
    for (const span of telemetry.spans) {
      expect(span.status).toEqual({ code: SpanStatusCode.ERROR, message: 'deep' });
      expect(span.attributes).toEqual({ 'error.type': 'Error' });
    }
  });

  it('is not repeated when a handled error is thrown on', () => {
    const error = new Error('once');
    expect(() =>
      runInSpan('work', {}, (span) => {
        recordError(span, error, { 'order.id': 7 });
        failWith(error);
      }),
    ).toThrow(error);
    expect(telemetry.span('work').events).toHaveLength(1);
    expect(telemetry.span('work').events[0]?.attributes).toMatchObject({ 'order.id': 7 });
  });

  it('adds an event where attributes are given, although an inner span has one', () => {
    const error = new Error('told twice');
    runInSpan('outer', {}, (span) => {
      try {
        runInSpan('inner', {}, () => failWith(error));
      } catch (caught) {
        recordError(span, caught, { 'order.id': 7 });
      }
    });
    expect(telemetry.span('inner').events).toHaveLength(1);
    expect(telemetry.span('outer').events).toHaveLength(1);
  });

  it('gives an error object that fails many requests its event in each trace', () => {
    const constant = new Error('always the same');
    for (const name of ['first', 'second']) {
      expect(() => runInSpan(name, {}, () => failWith(constant))).toThrow(constant);
      expect(telemetry.span(name).events).toHaveLength(1);
    }
  });

  it.each([
    [Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }), 'ECONNREFUSED'],
    [Object.assign(new Error('status'), { code: 14 }), 'Error'],
    [new DOMException('gone', 'AbortError'), 'AbortError'],
    [{ message: 'plain' }, 'Object'],
    [Object.create(null), 'Object'],
    [null, 'null'],
    [undefined, 'undefined'],
    ['text', 'string'],
  ])('names the type of case %#', (error, type) => {
    expect(errorType(error)).toBe(type);
  });

  it('survives an error that throws when it is looked at', () => {
    const hostile = new Proxy(new Error('x'), {
      get() {
        throw new Error('no');
      },
    });
    let caught: unknown;
    try {
      runInSpan('work', {}, () => failWith(hostile));
    } catch (error) {
      caught = error;
    }
    expect(caught === hostile).toBe(true);
    expect(telemetry.span('work').attributes).toEqual({ 'error.type': '_OTHER' });
  });
});
