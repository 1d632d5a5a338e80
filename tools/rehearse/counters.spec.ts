import { describe, expect, it } from 'vitest';
import { increaseOf, resetsOf } from './counters.js';

function samples(...values: number[]): (readonly [number, number])[] {
  return values.map((value, index) => [index, value] as const);
}

describe('A counter as Prometheus stored it', () => {
  it('goes back only when its process starts again', () => {
    expect(resetsOf(samples(1, 1, 5, 9))).toBe(0);
    expect(resetsOf(samples(5, 9, 2, 4, 1))).toBe(2);
  });

  it('has counted what came before a reset and what came after', () => {
    expect(increaseOf(samples(1, 5, 9))).toBe(9);
    expect(increaseOf(samples(5, 9, 2, 4))).toBe(13);
    expect(increaseOf([])).toBe(0);
  });
});
