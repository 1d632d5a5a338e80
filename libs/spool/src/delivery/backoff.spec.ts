import { describe, expect, it } from 'vitest';
import { Backoff } from './backoff.js';

const limits = { initialMillis: 100, maxMillis: 1000, maxRetryAfterMillis: 60_000 };

describe('Pauses after failures', () => {
  it('are random up to a bound that doubles to a maximum', () => {
    const longest = new Backoff(limits, () => 1);
    expect([1, 2, 3, 4, 5, 6].map(() => longest.next())).toEqual([100, 200, 400, 800, 1000, 1000]);
    const shortest = new Backoff(limits, () => 0);
    expect([1, 2, 3].map(() => shortest.next())).toEqual([1, 1, 1]);
  });

  it('begin again after a success', () => {
    const backoff = new Backoff(limits, () => 1);
    backoff.next();
    backoff.next();
    backoff.reset();
    expect(backoff.next()).toBe(100);
  });

  it('are never shorter than a server asked, up to a maximum', () => {
    const backoff = new Backoff(limits, () => 0);
    expect(backoff.next(5000)).toBe(5001);
    expect(backoff.next(1e12)).toBe(60_001);
  });
});
