import type { BucketsData, ExponentialHistogramPointData } from '@nest-telemetry/otlp';

/** Buckets of an exponential histogram by their upper bounds, from the most negative on; the last has none. */
export function explicitBuckets(point: ExponentialHistogramPointData): {
  readonly bounds: number[];
  readonly counts: number[];
} {
  const base = 2 ** (2 ** -point.scale);
  const bounds: number[] = [];
  const counts: number[] = [];
  const below = point.negative;
  if (below !== undefined) {
    // Bucket i of the negative range ends, on its upper side, at -base^i.
    for (const [index, count] of indexed(below).toReversed()) {
      bounds.push(-(base ** index));
      counts.push(count);
    }
  }
  bounds.push(point.zeroThreshold);
  counts.push(Number(point.zeroCount));
  if (point.positive !== undefined) {
    for (const [index, count] of indexed(point.positive)) {
      bounds.push(base ** (index + 1));
      counts.push(count);
    }
  }
  counts.push(0);
  return { bounds, counts };
}

function indexed({ offset, bucketCounts }: BucketsData): [number, number][] {
  return bucketCounts.map((count, position): [number, number] => [offset + position, Number(count)]);
}
