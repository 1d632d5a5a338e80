import type { ExponentialHistogram, Histogram } from '@opentelemetry/sdk-metrics';
import type { LeanDataPoint } from '../lean.data-point.js';
import { type Buckets, bucketsOf } from './buckets.js';

/** What of a histogram is on a page, whichever kind it is. */
export interface BucketedValue {
  readonly count: number;
  readonly sum?: number | undefined;
  readonly buckets: Buckets;
}

/** A value as the SDK has it, or merged of several. */
export type HistogramValue = Histogram | ExponentialHistogram | BucketedValue;
export type PagePoint = LeanDataPoint<number | HistogramValue>;

/**
 * Two points as one, where their attributes differ in what labels cannot show: `1` and `"1"`, `a.b` and `a_b`. Two
 * samples with the same labels are no valid page, and to leave one out would lose what was counted.
 */
export function mergedPoint(first: PagePoint, second: PagePoint, isSum: boolean): PagePoint {
  const { attributes, startTime, endTime } = second;
  const value = mergedValue(first.value, second.value, isSum);
  return { attributes, startTime, endTime, value };
}

function mergedValue(
  left: PagePoint['value'],
  right: PagePoint['value'],
  isSum: boolean,
): PagePoint['value'] {
  if (typeof left !== 'number' && typeof right !== 'number') return mergedHistogram(left, right);
  // Of two states the later one counts.
  return isSum && typeof left === 'number' && typeof right === 'number' ? left + right : right;
}

function mergedHistogram(left: HistogramValue, right: HistogramValue): BucketedValue {
  return {
    count: left.count + right.count,
    sum: left.sum === undefined || right.sum === undefined ? undefined : left.sum + right.sum,
    buckets: mergedBuckets(bucketsOf(left), bucketsOf(right)),
  };
}

/** What either has below each bound either has. */
function mergedBuckets(left: Buckets, right: Buckets): Buckets {
  const byBound = new Map<number, number>();
  for (const { boundaries, counts } of [left, right]) {
    for (const [place, count] of counts.entries()) {
      const bound = boundaries[place] ?? Infinity;
      byBound.set(bound, (byBound.get(bound) ?? 0) + count);
    }
  }
  byBound.delete(Infinity);
  const boundaries = [...byBound.keys()].toSorted((a, b) => a - b);
  const counts = boundaries.map((bound) => byBound.get(bound) ?? 0);
  const last = (left.counts.at(-1) ?? 0) + (right.counts.at(-1) ?? 0);
  return { boundaries, counts: [...counts, last] };
}
