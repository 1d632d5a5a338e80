import { describe, expect, it } from 'vitest';
import type { MetricInfo, MetricSeries } from '../../../../src/api/api.types.ts';
import {
  columnsOfSeries,
  lineOf,
  percentileLine,
  percentileOfAll,
  gainsOf,
  viewsOf,
} from './metric.views.ts';

const info = (type: MetricInfo['type'], monotonic = false): MetricInfo => ({
  service: 'user',
  scope: '',
  name: 'm',
  unit: 's',
  description: '',
  type,
  monotonic,
  series: 1,
  exemplars: 0,
});

const histogram = (rows: readonly (readonly number[])[]): MetricSeries => ({
  attributes: {},
  points: rows.map((counts, index) => ({
    timeUs: (index + 1) * 10e6,
    count: counts.reduce((sum, each) => sum + each, 0),
    sum: counts.reduce((sum, each, place) => sum + each * (place + 1), 0),
    bounds: [1, 2],
    counts,
    temporality: 'delta' as const,
  })),
});

describe('the views of a metric', () => {
  it('are those that make sense of its kind', () => {
    const names = (metric: MetricInfo): string[] => viewsOf(metric).map(([name]) => name);
    expect(names(info('histogram', true))).toEqual(['heatmap', 'percentiles', 'count', 'mean']);
    expect(names(info('summary'))).toEqual(['count', 'mean']);
    expect(names(info('sum', true))).toEqual(['rate', 'value']);
    expect(names(info('sum', false))).toEqual(['value']);
    expect(names(info('gauge'))).toEqual(['value']);
  });

  it('show how many values a histogram got and what they were on average', () => {
    const series = histogram([
      [10, 0, 0],
      [10, 10, 0],
      [0, 0, 0],
    ]);
    expect(lineOf(series, 'count').map(({ value }) => value)).toEqual([1, 2, 0]);
    expect(lineOf(series, 'mean').map(({ value }) => value)).toEqual([1, 1.5]);
  });

  it('show percentiles of several series together', () => {
    const columns = columnsOfSeries([
      histogram([
        [10, 0, 0],
        [0, 0, 0],
      ]),
      histogram([
        [0, 10, 0],
        [0, 10, 0],
      ]),
    ]);
    expect(percentileLine(columns, 0.5)).toEqual([
      { timeUs: 10e6, value: 1 },
      { timeUs: 20e6, value: 1.5 },
    ]);
  });

  it('show a percentile of all of the time', () => {
    const gains = gainsOf(
      histogram([
        [10, 0, 0],
        [0, 10, 0],
      ]),
    );
    expect(percentileOfAll(gains, 1)).toBe(2);
    expect(percentileOfAll([], 0.5)).toBeUndefined();
  });
});
