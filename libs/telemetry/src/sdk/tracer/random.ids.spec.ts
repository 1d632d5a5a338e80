import { describe, expect, it } from 'vitest';
import { RandomIds } from './random.ids.js';

describe('random ids', () => {
  const ids = new RandomIds();

  it('are lowercase hexadecimal text of the right length', () => {
    for (let count = 0; count < 2000; count += 1) {
      expect(ids.generateTraceId()).toMatch(/^[0-9a-f]{32}$/);
      expect(ids.generateSpanId()).toMatch(/^[0-9a-f]{16}$/);
    }
  });

  it('do not repeat when the pool is filled anew', () => {
    const seen = new Set(Array.from({ length: 5000 }, () => ids.generateSpanId()));
    expect(seen.size).toBe(5000);
  });

  it('use every digit in every place about as often', () => {
    const counts = new Map<string, number>();
    for (let count = 0; count < 4000; count += 1) {
      Array.from(ids.generateTraceId()).forEach((digit, place) => {
        counts.set(`${place}${digit}`, (counts.get(`${place}${digit}`) ?? 0) + 1);
      });
    }
    expect(counts.size).toBeGreaterThanOrEqual(32 * 16 - 32);
    expect(Math.min(...counts.values())).toBeGreaterThan(150);
    expect(Math.max(...counts.values())).toBeLessThan(4000 / 8 + 50);
  });
});
