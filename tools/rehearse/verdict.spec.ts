import { describe, expect, it } from 'vitest';
import type { Attempt } from './load.js';
import { judgeAnswers, judgeOrders, missingFrom } from './verdict.js';

function attempt(key: string, status: number, contentType = 'application/problem+json'): Attempt {
  return { key, status, contentType, atMillis: 0, millis: 10, traceId: undefined };
}

describe('The verdict of a rehearsal', () => {
  it('misses an order that was acknowledged and is not there', () => {
    const attempts = [attempt('a', 201), attempt('b', 201), attempt('c', 502)];
    expect(
      judgeOrders(
        attempts,
        new Map([
          ['a', 1],
          ['b', 1],
        ]),
      ),
    ).toMatchObject({ kept: true });
    expect(judgeOrders(attempts, new Map([['a', 1]]))).toMatchObject({ kept: false });
  });

  it('sees an order that is there twice, and one that nobody placed', () => {
    expect(judgeOrders([attempt('a', 201)], new Map([['a', 2]])).kept).toBe(false);
    expect(
      judgeOrders(
        [attempt('a', 201)],
        new Map([
          ['a', 1],
          ['x', 1],
        ]),
      ).kept,
    ).toBe(false);
  });

  it('lets an order exist whose answer was lost', () => {
    expect(
      judgeOrders(
        [attempt('a', 201), attempt('b', 500)],
        new Map([
          ['a', 1],
          ['b', 1],
        ]),
      ).kept,
    ).toBe(true);
  });

  it('is not content when nothing was acknowledged', () => {
    expect(judgeOrders([attempt('a', 500)], new Map()).kept).toBe(false);
  });

  it('takes 5xx with a problem for an answer, and nothing else', () => {
    expect(judgeAnswers([attempt('a', 201, 'application/json'), attempt('b', 503)]).kept).toBe(true);
    expect(judgeAnswers([attempt('a', 503, 'text/html')]).kept).toBe(false);
    expect(judgeAnswers([attempt('a', 404)]).kept).toBe(false);
    expect(judgeAnswers([attempt('a', 0)])).toMatchObject({
      kept: false,
      seen: expect.stringContaining('1 × no answer') as string,
    });
  });

  it('names what is not in a trace', () => {
    const span = {
      traceId: 't',
      spanId: '1',
      parentSpanId: '2',
      name: 'COMMIT',
      service: 'order',
      attributes: {},
    };
    const missing = missingFrom([span], true);
    expect(missing).toContain('process order.created');
    expect(missing).toContain('the parent of COMMIT');
    expect(missing).not.toContain('COMMIT');
    expect(missingFrom([span], false)).not.toContain('process order.created');
  });
});
