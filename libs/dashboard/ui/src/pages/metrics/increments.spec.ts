import { describe, expect, it } from 'vitest';
import type { MetricPoint } from '../../../../src/api/api.types.ts';
import { COUNTS, HISTOGRAMS, incrementsOf, levelsOf, NUMBERS, ratesOf } from './increments.ts';

/** Points every ten seconds. */
function points(temporality: 'delta' | 'cumulative', values: readonly number[]): MetricPoint[] {
  return values.map((value, index) => ({ timeUs: index * 10e6, value, temporality }));
}

const values = (samples: readonly { readonly value: number }[]): number[] =>
  samples.map(({ value }) => value);

describe('the rate of a counter', () => {
  it('is what a cumulative one gained, per second', () => {
    expect(ratesOf(points('cumulative', [100, 150, 150, 170]), NUMBERS)).toEqual([
      { timeUs: 10e6, value: 5 },
      { timeUs: 20e6, value: 0 },
      { timeUs: 30e6, value: 2 },
    ]);
  });

  it('goes on from zero after a restart, and is never negative', () => {
    expect(values(ratesOf(points('cumulative', [100, 200, 30, 80]), NUMBERS))).toEqual([10, 3, 5]);
  });

  it('is each delta by the time since the one before', () => {
    expect(values(ratesOf(points('delta', [20, 40, 0]), NUMBERS))).toEqual([2, 4, 0]);
  });

  it('takes a gap for the time it took', () => {
    const [first, second] = points('cumulative', [0, 60]);
    expect(
      values(ratesOf([first as MetricPoint, { ...(second as MetricPoint), timeUs: 60e6 }], NUMBERS)),
    ).toEqual([1]);
  });

  it('is none of one point, of which nobody knows since when it counts', () => {
    expect(ratesOf(points('cumulative', [7]), NUMBERS)).toEqual([]);
    expect(ratesOf(points('delta', [7]), NUMBERS)).toEqual([]);
  });

  it('leaves out points of the same moment', () => {
    const [point] = points('cumulative', [7]);
    expect(ratesOf([point as MetricPoint, point as MetricPoint], NUMBERS)).toEqual([]);
  });
});

describe('the level of what goes up and down', () => {
  it('is the value, or the deltas added up', () => {
    expect(values(levelsOf(points('cumulative', [3, 1, 4]), NUMBERS))).toEqual([3, 1, 4]);
    expect(values(levelsOf(points('delta', [3, -1, 4]), NUMBERS))).toEqual([3, 2, 6]);
  });
});

describe('a histogram', () => {
  const histogram = (
    seconds: number,
    counts: number[],
    temporality: 'delta' | 'cumulative',
  ): MetricPoint => ({
    timeUs: seconds * 1e6,
    count: counts.reduce((sum, count) => sum + count, 0),
    sum: 1,
    bounds: [1, 2],
    counts,
    temporality,
  });

  it('gains what came in between, and all of it after a restart', () => {
    const gains = incrementsOf(
      [
        histogram(0, [1, 1, 0], 'cumulative'),
        histogram(10, [3, 1, 1], 'cumulative'),
        histogram(20, [0, 2, 0], 'cumulative'),
      ],
      HISTOGRAMS,
    );
    expect(gains.map(({ gain }) => gain.counts)).toEqual([
      [2, 0, 1],
      [0, 2, 0],
    ]);
  });

  it('has a rate of values', () => {
    const both = [histogram(0, [1, 1, 0], 'delta'), histogram(10, [30, 10, 0], 'delta')];
    expect(values(ratesOf(both, COUNTS))).toEqual([0.2, 4]);
  });
});
