import { setTimeout as sleep } from 'node:timers/promises';
import { SpanStatusCode } from '@opentelemetry/api';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { recordTelemetry } from '../../testing/index.js';
import { runInSpan } from '../run-in-span.js';
import { activeSpanContext, collect, nextTurn } from '../running-work.spec-helper.js';

const telemetry = recordTelemetry();
afterEach(() => telemetry.clear());
afterAll(() => telemetry.stop());

/** Like a database cursor: can be iterated over, and more. */
class Cursor implements AsyncIterable<string | undefined> {
  #rows = 2;

  [Symbol.asyncIterator](): AsyncIterator<string | undefined> {
    let left = this.#rows;
    return {
      next: async () => {
        await sleep(1);
        if (left < 0) throw new Error('broken');
        left -= 1;
        return left < 0
          ? { done: true, value: undefined }
          : { done: false, value: activeSpanContext()?.spanId };
      },
    };
  }

  count(): number {
    return this.#rows;
  }
}

describe('a span around an async iterable', () => {
  it('covers an iteration, with every step in its context', async () => {
    const cursor = runInSpan('find', {}, () => new Cursor());
    expect(cursor).toBeInstanceOf(Cursor);
    expect(cursor.count()).toBe(2);
    const seen = await collect(cursor);
    const { spanId } = telemetry.span('find').spanContext();
    expect(seen).toEqual([spanId, spanId]);
  });

  it('ends when the loop is left, although the iterator has no return()', async () => {
    for await (const _ of runInSpan('find', {}, () => new Cursor())) break;
    expect(telemetry.spanNames).toEqual(['find']);
  });

  it('is made for each iteration', async () => {
    const cursor = runInSpan('find', {}, () => new Cursor());
    await collect(cursor);
    await collect(cursor);
    expect(telemetry.spanNames).toEqual(['find', 'find']);
  });

  it('ends with the call if the object is used in another way', async () => {
    runInSpan('find', {}, () => new Cursor()).count();
    await nextTurn();
    expect(telemetry.spanNames).toEqual(['find']);
  });

  it('records an error of opening the iterator', async () => {
    const broken: AsyncIterable<number> = {
      [Symbol.asyncIterator]() {
        throw new Error('closed');
      },
    };
    const traced = runInSpan('find', {}, () => broken);
    await expect(collect(traced)).rejects.toThrow('closed');
    expect(telemetry.span('find').status.code).toBe(SpanStatusCode.ERROR);
  });

  it('ends with the call for an object that cannot be changed', async () => {
    const frozen = Object.freeze(new Cursor());
    const traced = runInSpan('find', {}, () => frozen);
    expect(telemetry.spanNames).toEqual(['find']);
    expect(await collect(traced)).toHaveLength(2);
  });
});
