import { describe, expect, it } from 'vitest';
import { addBuckets, type Buckets, fitBuckets, percentileOf, subtractBuckets } from './buckets.ts';

const of = (bounds: number[], counts: number[]): Buckets => ({ bounds, counts });

describe('percentiles from buckets', () => {
  it('lie within the bucket in which the share is reached', () => {
    const buckets = of([10, 20, 40], [50, 40, 10, 0]);
    expect(percentileOf(buckets, 0.5)).toBe(10);
    expect(percentileOf(buckets, 0.25)).toBe(5);
    expect(percentileOf(buckets, 0.7)).toBe(15);
    expect(percentileOf(buckets, 0.95)).toBe(30);
    expect(percentileOf(buckets, 1)).toBe(40);
  });

  it('are the highest bound when that is all that is known', () => {
    expect(percentileOf(of([1, 2], [0, 0, 7]), 0.5)).toBe(2);
  });

  it('are none of no values', () => {
    expect(percentileOf(of([1, 2], [0, 0, 0]), 0.5)).toBeUndefined();
    expect(percentileOf(of([], []), 0.5)).toBeUndefined();
  });

  it('skip empty buckets', () => {
    expect(percentileOf(of([1, 2, 3], [0, 0, 4, 0]), 0.5)).toBe(2.5);
  });

  it('may be negative', () => {
    expect(percentileOf(of([-10, 0], [4, 4, 0]), 0.75)).toBe(-5);
  });

  it('agree with the values themselves within a bucket, for any values', () => {
    const seed = Math.floor(Math.random() * 2 ** 31);
    let state = seed;
    const random = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
    const bounds = Array.from({ length: 40 }, (_, index) => 1.3 ** index);
    const values = Array.from({ length: 2000 }, () => Math.exp(random() * 9)).sort((a, b) => a - b);
    const counts = fitBuckets(of(values, values.map(() => 1).concat(0)), bounds);
    for (const share of [0.1, 0.5, 0.9, 0.99]) {
      const exact = values[Math.ceil(share * values.length) - 1] ?? 0;
      const estimate = percentileOf({ bounds, counts }, share) ?? 0;
      expect(Math.abs(Math.log(estimate / exact)), `seed ${seed}, share ${share}`).toBeLessThan(
        Math.log(1.3) * 1.01,
      );
    }
  });
});

describe('buckets', () => {
  it('add up', () => {
    expect(addBuckets(of([1, 2], [1, 2, 3]), of([1, 2], [4, 5, 6]))).toEqual(of([1, 2], [5, 7, 9]));
  });

  it('add up when their bounds differ, and lose nothing', () => {
    expect(addBuckets(of([1, 4], [1, 2, 3]), of([2, 8], [4, 5, 6]))).toEqual(
      of([1, 2, 4, 8], [1, 4, 2, 5, 9]),
    );
  });

  it('tell what came in between two looks', () => {
    expect(subtractBuckets(of([1, 2], [5, 5, 1]), of([1, 2], [3, 5, 0]))).toEqual(of([1, 2], [2, 0, 1]));
  });

  it('tell that they began anew', () => {
    expect(subtractBuckets(of([1, 2], [1, 0, 0]), of([1, 2], [3, 5, 0]))).toBeUndefined();
  });

  it('tell what came in between when they became coarser meanwhile', () => {
    expect(subtractBuckets(of([2, 4], [5, 4, 0]), of([1, 2, 3, 4], [1, 2, 1, 1, 0]))).toEqual(
      of([2, 4], [2, 2, 0]),
    );
  });
});
