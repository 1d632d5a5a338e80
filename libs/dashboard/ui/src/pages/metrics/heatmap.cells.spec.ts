import { describe, expect, it } from 'vitest';
import { heatmapOf, heightOf } from './heatmap.cells.ts';
import { columnsOf } from './time.columns.ts';

const bounds = [1, 2, 4, 8];

describe('columns of time', () => {
  const gain = (timeUs: number, counts: number[], seconds = 10) => ({
    timeUs,
    seconds,
    gain: { bounds, counts },
  });

  it('have the series of one export together, though they come a little apart', () => {
    const columns = columnsOf([
      gain(10e6, [1, 0, 0, 0, 0]),
      gain(10.4e6, [0, 1, 0, 0, 0]),
      gain(19.8e6, [2, 0, 0, 0, 0]),
    ]);
    expect(columns.map(({ buckets }) => buckets.counts)).toEqual([
      [1, 1, 0, 0, 0],
      [2, 0, 0, 0, 0],
    ]);
    expect(columns.map(({ fromUs, toUs }) => [fromUs, toUs])).toEqual([
      [0, 10e6],
      [10e6, 20e6],
    ]);
  });

  it('are not more than can be told apart, and each has as many exports as the others', () => {
    const columns = columnsOf(
      Array.from({ length: 360 }, (_, index) => gain((index + 1) * 10e6, [1, 0, 0, 0, 0])),
    );
    expect(columns.length).toBeLessThanOrEqual(91);
    expect(new Set(columns.slice(0, -1).map(({ buckets }) => buckets.counts[0]))).toEqual(new Set([4]));
    expect(columns.reduce((sum, { buckets }) => sum + (buckets.counts[0] ?? 0), 0)).toBe(360);
  });

  it('leave out a time in which nothing came', () => {
    const columns = columnsOf([
      gain(10e6, [1, 0, 0, 0, 0]),
      gain(20e6, [1, 0, 0, 0, 0]),
      gain(100e6, [1, 0, 0, 0, 0]),
    ]);
    expect(columns.map(({ toUs }) => toUs)).toEqual([10e6, 20e6, 100e6]);
  });

  it('are none of nothing', () => {
    expect(columnsOf([])).toEqual([]);
  });
});

describe('a heatmap', () => {
  const column = (counts: number[]) => ({ fromUs: 0, toUs: 1, buckets: { bounds, counts } });

  it('begins and ends with bands that have values', () => {
    const { bands, cells, most } = heatmapOf([column([0, 3, 0, 1, 0]), column([0, 0, 0, 0, 0])]);
    expect(bands).toEqual([
      { from: 1, to: 2 },
      { from: 2, to: 4 },
      { from: 4, to: 8 },
    ]);
    expect(cells).toEqual([
      { column: 0, band: 0, count: 3 },
      { column: 0, band: 2, count: 1 },
    ]);
    expect(most).toBe(3);
  });

  it('has a band without end for values above all bounds', () => {
    const { bands, cells } = heatmapOf([column([0, 0, 0, 1, 2])]);
    expect(bands).toEqual([
      { from: 4, to: 8 },
      { from: 8, to: Number.POSITIVE_INFINITY },
    ]);
    expect(cells.at(-1)).toEqual({ column: 0, band: 1, count: 2 });
  });

  it('puts fine buckets together, and loses no value', () => {
    const many = Array.from({ length: 160 }, (_, index) => index + 1);
    const counts = many.map(() => 1).concat(0);
    const { bands, cells } = heatmapOf([{ fromUs: 0, toUs: 1, buckets: { bounds: many, counts } }]);
    expect(bands.length).toBeLessThanOrEqual(36);
    expect(bands.at(-1)?.to).toBe(160);
    expect(cells.reduce((sum, { count }) => sum + count, 0)).toBe(160);
  });

  it('is empty without values', () => {
    expect(heatmapOf([column([0, 0, 0, 0, 0])])).toEqual({ bands: [], cells: [], most: 0 });
    expect(heatmapOf([])).toEqual({ bands: [], cells: [], most: 0 });
  });

  it('knows how high a value lies', () => {
    const { bands } = heatmapOf([column([0, 3, 0, 1, 1])]);
    expect(heightOf(bands, 1.5)).toBe(0.5);
    expect(heightOf(bands, 6)).toBe(2.5);
    expect(heightOf(bands, 2)).toBe(1);
    expect(heightOf(bands, 99)).toBe(3.5);
    expect(heightOf(bands, 0.5)).toBeUndefined();
  });
});
