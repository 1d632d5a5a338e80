import { setTimeout as sleep } from 'node:timers/promises';
import { context, createContextKey, ROOT_CONTEXT, SpanStatusCode, trace } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import { runInSpan } from './run-in-span.js';
import { activeSpanContext, recordSpans } from './testing-harness.spec-helper.js';

const recorder = recordSpans();

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
    expect(recorder.only('work').status.code).toBe(SpanStatusCode.UNSET);
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
    const outer = recorder.only('outer').spanContext();
    expect(recorder.only('inner').parentSpanContext?.spanId).toBe(outer.spanId);
    expect(recorder.only('inner').spanContext().traceId).toBe(outer.traceId);
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
    expect(recorder.names()).toEqual(['inner', 'outer']);
  });

  it('starts from a given parent context', () => {
    const parent = runInSpan('parent', {}, () => context.active());
    runInSpan('child', { parent }, () => undefined);
    expect(recorder.only('child').parentSpanContext?.spanId).toBe(
      recorder.only('parent').spanContext().spanId,
    );
  });

  it('ends the span of a promise when it settles', async () => {
    const result = runInSpan('work', {}, () => sleep(1, 'done'));
    expect(recorder.spans()).toEqual([]);
    await expect(result).resolves.toBe('done');
    expect(recorder.names()).toEqual(['work']);
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
    expect(recorder.only('work').status).toEqual({ code: SpanStatusCode.ERROR, message: 'broken' });
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
    for (const span of recorder.spans()) expect(span.status.code).toBe(SpanStatusCode.ERROR);
    expect(recorder.names()).toEqual(['sync', 'async']);
  });

  it('neither runs nor replaces a lazy thenable', () => {
    const query = new LazyQuery();
    expect(runInSpan('query', {}, () => query)).toBe(query);
    expect(query.runs).toBe(0);
    expect(recorder.names()).toEqual(['query']);
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
    expect(query.spanWhileRunning).toBe(recorder.only('query').spanContext().spanId);
    expect(recorder.only('query').attributes).toEqual({ rows: 'rows' });
  });

  it('follows a promise to the end of the Observable or stream it resolves to', async () => {
    const { of, lastValueFrom } = await import('rxjs');
    const values = await runInSpan('work', {}, async () => of(1, 2));
    expect(recorder.spans()).toEqual([]);
    expect(await lastValueFrom(values)).toBe(2);
    expect(recorder.names()).toEqual(['work']);
  });

  it('ends at return if told not to follow the result', async () => {
    const pending = runInSpan('work', { followResult: false }, () => sleep(1));
    expect(recorder.names()).toEqual(['work']);
    await pending;
  });

  it('survives results that resist being looked at', () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    expect(runInSpan('work', {}, () => proxy)).toBe(proxy);
    expect(recorder.names()).toEqual(['work']);
  });

  it('adds attributes from the result', async () => {
    const options = { resultAttributes: (result: unknown) => ({ result }) };
    runInSpan('sync', options, () => 1);
    await runInSpan('async', options, async () => 2);
    expect(recorder.only('sync').attributes).toEqual({ result: 1 });
    expect(recorder.only('async').attributes).toEqual({ result: 2 });
  });

  it('goes on when a hook of the user throws', async () => {
    expect(runInSpan('result', { resultAttributes: fail }, () => 1)).toBe(1);
    expect(runInSpan('lazy', { lazyAttributes: fail }, () => 1)).toBe(1);
    await expect(runInSpan('onResult', { onResult: fail }, async () => 1)).resolves.toBe(1);
    expect(recorder.only('result').status.code).toBe(SpanStatusCode.UNSET);
    expect(recorder.only('lazy').status.code).toBe(SpanStatusCode.UNSET);
    expect(recorder.warnings()).toEqual(['NT_USER_CODE_FAILED', 'NT_USER_CODE_FAILED']);
    // As nestjs-otel has it.
    expect(recorder.only('onResult').status.code).toBe(SpanStatusCode.ERROR);
  });

  it('leaves a span alone that the function ended itself', () => {
    runInSpan('work', {}, (span) => span.end());
    expect(recorder.names()).toEqual(['work']);
  });

  it('never mixes up 200 interleaved calls', async () => {
    await Promise.all(Array.from({ length: 200 }, (_, index) => nestedCalls(index)));
    expect(recorder.spans()).toHaveLength(600);
    for (let index = 0; index < 200; index += 1) {
      const outer = recorder.only(`outer ${index}`);
      const inner = recorder.only(`inner ${index}`);
      expect(outer.parentSpanContext).toBeUndefined();
      expect(inner.parentSpanContext?.spanId).toBe(outer.spanContext().spanId);
      expect(recorder.only(`leaf ${index}`).parentSpanContext?.spanId).toBe(inner.spanContext().spanId);
    }
  });
});
