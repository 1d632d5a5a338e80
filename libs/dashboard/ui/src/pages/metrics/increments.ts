import type { MetricPoint } from '../../../../src/api/api.types.ts';
import { type Buckets, subtractBuckets } from './buckets.ts';

/** What a series gained in some time. */
export interface Increment<Gain> {
  /** End of the time. */
  readonly timeUs: number;
  readonly seconds: number;
  readonly gain: Gain;
}

/** How a kind of value is read from a point, and what lies between two of them. */
interface Kind<Gain> {
  readonly read: (point: MetricPoint) => Gain | undefined;
  /** Undefined when the later one began anew. */
  readonly between: (later: Gain, earlier: Gain) => Gain | undefined;
}

/** The sum of a counter or, of a histogram, `sum`. */
export const NUMBERS: Kind<number> = {
  read: ({ value, sum }) => value ?? sum,
  between: (later, earlier) => (later < earlier ? undefined : later - earlier),
};

/** How many values a histogram or summary has. */
export const COUNTS: Kind<number> = {
  read: ({ count, value }) => count ?? value,
  between: NUMBERS.between,
};

export const HISTOGRAMS: Kind<Buckets> = {
  read: ({ bounds, counts }) =>
    bounds === undefined || counts === undefined ? undefined : { bounds, counts },
  between: subtractBuckets,
};

/**
 * What a series gained from each of its points to the next. Cumulative points are subtracted; one that is less than the
 * one before began anew, with a process that started again, and is a gain by itself. Of the first cumulative point nobody
 * knows since when it counts, so it only begins the series.
 */
export function incrementsOf<Gain>(
  points: readonly MetricPoint[],
  { read, between }: Kind<Gain>,
): Increment<Gain>[] {
  const increments: Increment<Gain>[] = [];
  const [first, second] = points;
  // How long the first delta took is not said; about as long as the next one.
  let beforeUs =
    first !== undefined && second !== undefined && first.temporality === 'delta'
      ? first.timeUs - (second.timeUs - first.timeUs)
      : undefined;
  let earlier: Gain | undefined;
  for (const point of points) {
    const value = read(point);
    if (value === undefined) continue;
    const isDelta = point.temporality === 'delta';
    const gain = isDelta ? value : earlier === undefined ? undefined : (between(value, earlier) ?? value);
    if (gain !== undefined && beforeUs !== undefined && point.timeUs > beforeUs)
      increments.push({ timeUs: point.timeUs, seconds: (point.timeUs - beforeUs) / 1e6, gain });
    earlier = value;
    beforeUs = point.timeUs;
  }
  return increments;
}

/** A point of a line. */
export interface Sample {
  readonly timeUs: number;
  readonly value: number;
}

/** Gains per second. */
export function ratesOf(points: readonly MetricPoint[], kind: Kind<number>): Sample[] {
  return incrementsOf(points, kind).map(({ timeUs, seconds, gain }) => ({ timeUs, value: gain / seconds }));
}

/** The values themselves; deltas of what goes up and down add up from the beginning of what is looked at. */
export function levelsOf(points: readonly MetricPoint[], { read }: Kind<number>): Sample[] {
  let level = 0;
  return points.flatMap((point) => {
    const value = read(point);
    if (value === undefined) return [];
    level = point.temporality === 'delta' ? level + value : value;
    return { timeUs: point.timeUs, value: level };
  });
}
