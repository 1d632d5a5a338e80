/** Powers of the fourth root of two from one microsecond on: a percentile is right within a fifth. */
const FINENESS = 4;

/** How often durations fell into which bucket, by its number. */
export type Buckets = Record<number, number>;

export function addDuration(buckets: Buckets, microseconds: number): void {
  const bucket = Math.max(0, Math.ceil(Math.log2(Math.max(1, microseconds)) * FINENESS));
  buckets[bucket] = (buckets[bucket] ?? 0) + 1;
}

export function mergeBuckets(into: Buckets, from: Buckets): void {
  for (const bucket in from) into[bucket] = (into[bucket] ?? 0) + (from[bucket] ?? 0);
}

/** The upper end of the bucket in which a share of the durations is reached; null without any. */
export function percentileOf(buckets: Buckets, share: number): number | null {
  const numbers = Object.keys(buckets).map(Number);
  const total = numbers.reduce((sum, bucket) => sum + (buckets[bucket] ?? 0), 0);
  if (total === 0) return null;
  let seen = 0;
  for (const bucket of numbers.toSorted((a, b) => a - b)) {
    seen += buckets[bucket] ?? 0;
    if (seen >= total * share) return 2 ** (bucket / FINENESS);
  }
  return null;
}
