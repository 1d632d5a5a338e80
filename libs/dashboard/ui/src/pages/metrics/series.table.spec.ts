import { describe, expect, it } from 'vitest';
import type { MetricSeries } from '../../../../src/api/api.types.ts';
import { afterClick, distinguishingKeys, seriesName, shownSeries } from './series.table.ts';

const series = (
  attributes: MetricSeries['attributes'],
  points: MetricSeries['points'] = [],
): MetricSeries => ({
  attributes,
  points,
});

describe('the series of a metric', () => {
  it('are named by what they differ in', () => {
    const both = [
      series({ method: 'GET', route: '/a', status: 200 }),
      series({ method: 'GET', route: '/b', status: 200, retry: true }),
    ];
    const keys = distinguishingKeys(both);
    expect(keys).toEqual(['retry', 'route']);
    expect(both.map((each) => seriesName(each, keys))).toEqual(['– · /a', 'true · /b']);
  });

  it('are named by everything when there is one, and `all` without attributes', () => {
    expect(distinguishingKeys([series({ method: 'GET' })])).toEqual(['method']);
    expect(seriesName(series({}), [])).toBe('all');
  });

  it('are all shown unless some are asked for that exist', () => {
    expect(shownSeries(null, 3)).toEqual([0, 1, 2]);
    expect(shownSeries('2,0', 3)).toEqual([0, 2]);
    expect(shownSeries('9,x', 3)).toEqual([0, 1, 2]);
  });

  it('are isolated by a click, and all back by another', () => {
    expect(afterClick([0, 1, 2], 1, 3, false)).toBe('1');
    expect(afterClick([1], 1, 3, false)).toBeUndefined();
    expect(afterClick([1], 2, 3, true)).toBe('1,2');
    expect(afterClick([0, 1, 2], 1, 3, true)).toBe('0,2');
    expect(afterClick([0, 2], 1, 3, true)).toBeUndefined();
    expect(afterClick([1], 1, 3, true)).toBeUndefined();
  });
});
