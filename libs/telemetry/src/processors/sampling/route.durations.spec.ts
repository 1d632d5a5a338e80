import { describe, expect, it } from 'vitest';
import { RouteDurations } from './route.durations.js';

/** A generator of numbers from 0 to 1 that a seed decides (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 1e9));

describe(`The percentile of a route (SEED=${seed})`, () => {
  const next = random(seed);
  /** Long-tailed, as durations are; about `median` milliseconds. */
  const duration = (median: number): number =>
    median * Math.exp(0.5 * (next() + next() + next() + next() - 2));
  const shareOfSlow = (subject: RouteDurations, median: number, requests: number): number => {
    let slow = 0;
    for (let at = 0; at < requests; at += 1) if (subject.isSlow('GET /', duration(median))) slow += 1;
    return slow / requests;
  };

  it('finds the share of requests that are slower', () => {
    const subject = new RouteDurations(0.95);
    shareOfSlow(subject, 20, 1000);
    const share = shareOfSlow(subject, 20, 20_000);
    // A bucket is a tenth wide, and its upper bound counts: a few per cent less than asked for.
    expect(share).toBeGreaterThan(0.01);
    expect(share).toBeLessThan(0.07);
  });

  it('follows a route that becomes slower', () => {
    const subject = new RouteDurations(0.95);
    shareOfSlow(subject, 20, 20_000);
    expect(shareOfSlow(subject, 200, 100)).toBeGreaterThan(0.5);
    shareOfSlow(subject, 200, 40_000);
    expect(shareOfSlow(subject, 200, 5000)).toBeLessThan(0.07);
  });

  it('says nothing about routes it hardly knows, nor mixes them up', () => {
    const subject = new RouteDurations(0.95);
    shareOfSlow(subject, 1, 5000);
    expect(subject.isSlow('GET /export', 60_000)).toBe(false);
    expect(subject.isSlow('GET /', 60_000)).toBe(true);
  });
});
