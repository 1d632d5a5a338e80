import type { ExponentialHistogram } from '@opentelemetry/sdk-metrics';

/** Upper bounds, ascending, and how many measurements each bucket has; one more for what is above the last bound. */
export interface Buckets {
  readonly boundaries: readonly number[];
  readonly counts: readonly number[];
}

/** The buckets of a histogram of either kind. */
export function bucketsOf(value: { readonly buckets: Buckets } | ExponentialHistogram): Buckets {
  return 'buckets' in value ? value.buckets : explicitBuckets(value);
}

/**
 * Exponential buckets as explicit ones. The text formats have no others, and bounds there are part of the identity of a
 * series: so they are powers of two, whatever the resolution is at the moment. Where that is coarser still, it is kept.
 */
function explicitBuckets({ scale, zeroCount, positive, negative }: ExponentialHistogram): Buckets {
  const coarse = Math.min(0, scale);
  const shift = scale - coarse;
  const boundaries: number[] = [];
  const counts: number[] = [];
  const below = group(negative, shift);
  for (const index of [...below.keys()].toSorted((a, b) => b - a)) {
    boundaries.push(-lowerBound(index, coarse));
    counts.push(below.get(index) ?? 0);
  }
  if (zeroCount > 0 || below.size > 0) {
    boundaries.push(0);
    counts.push(zeroCount);
  }
  const above = group(positive, shift);
  const indexes = [...above.keys()];
  // Without gaps, so that a bucket does not appear in the midst of the others when it gets its first measurement.
  if (indexes.length > 0) {
    for (let index = Math.min(...indexes); index <= Math.max(...indexes); index++) {
      boundaries.push(lowerBound(index + 1, coarse));
      counts.push(above.get(index) ?? 0);
    }
  }
  counts.push(0);
  return { boundaries, counts };
}

function group(
  { offset, bucketCounts }: ExponentialHistogram['positive'],
  shift: number,
): Map<number, number> {
  const groups = new Map<number, number>();
  for (const [place, count] of bucketCounts.entries()) {
    const index = (offset + place) >> shift;
    if (count > 0) groups.set(index, (groups.get(index) ?? 0) + count);
  }
  return groups;
}

function lowerBound(index: number, scale: number): number {
  return 2 ** (index * 2 ** -scale);
}
