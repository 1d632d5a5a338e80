import type { MetricInfo, MetricSeries } from '../../../../src/api/api.types.ts';
import { addBuckets, type Buckets, percentileOf } from './buckets.ts';
import {
  COUNTS,
  HISTOGRAMS,
  type Increment,
  incrementsOf,
  levelsOf,
  NUMBERS,
  ratesOf,
  type Sample,
} from './increments.ts';
import { type Column, columnsOf } from './time.columns.ts';

/** How a metric can be looked at. */
export type ViewName = 'heatmap' | 'percentiles' | 'count' | 'mean' | 'rate' | 'value';

const TITLES: Readonly<Record<ViewName, string>> = {
  heatmap: 'Heatmap',
  percentiles: 'Percentiles',
  count: 'Count',
  mean: 'Mean',
  rate: 'Rate',
  value: 'Total',
};

/** The views a kind of metric has; the first is shown unless another is asked for. */
export function viewsOf({ type, monotonic }: MetricInfo): readonly (readonly [ViewName, string])[] {
  const titled = (...names: ViewName[]) => names.map((name) => [name, TITLES[name]] as const);
  if (type === 'histogram' || type === 'exponential-histogram')
    return titled('heatmap', 'percentiles', 'count', 'mean');
  if (type === 'summary') return titled('count', 'mean');
  return type === 'sum' && monotonic ? titled('rate', 'value') : [['value', 'Value']];
}

/** One line per series. */
export function lineOf({ points }: MetricSeries, view: ViewName): Sample[] {
  if (view === 'rate') return ratesOf(points, NUMBERS);
  if (view === 'count') return ratesOf(points, COUNTS);
  return view === 'mean' ? meansOf(points) : levelsOf(points, NUMBERS);
}

/** What was measured on average from each point to the next. */
function meansOf(points: MetricSeries['points']): Sample[] {
  const counts = new Map(incrementsOf(points, COUNTS).map(({ timeUs, gain }) => [timeUs, gain]));
  return incrementsOf(points, NUMBERS).flatMap(({ timeUs, gain }) => {
    const count = counts.get(timeUs) ?? 0;
    return count === 0 ? [] : { timeUs, value: gain / count };
  });
}

/** The gains of the buckets of one series. */
export function gainsOf({ points }: MetricSeries): Increment<Buckets>[] {
  return incrementsOf(points, HISTOGRAMS);
}

/** The columns of some series together. */
export function columnsOfSeries(series: readonly MetricSeries[]): Column[] {
  return columnsOf(series.flatMap(gainsOf));
}

/** One of the percentiles over time. */
export function percentileLine(columns: readonly Column[], share: number): Sample[] {
  return columns.flatMap(({ toUs, buckets }) => {
    const value = percentileOf(buckets, share);
    return value === undefined ? [] : { timeUs: toUs, value };
  });
}

/** A percentile over all of the time. */
export function percentileOfAll(
  gains: readonly { readonly gain: Buckets }[],
  share: number,
): number | undefined {
  const [first, ...rest] = gains;
  if (first === undefined) return undefined;
  return percentileOf(
    rest.reduce((sum, { gain }) => addBuckets(sum, gain), first.gain),
    share,
  );
}
