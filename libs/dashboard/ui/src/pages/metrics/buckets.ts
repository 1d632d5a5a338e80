/** A histogram: how many values were at most each bound and above the one before; the last count is of those above all. */
export interface Buckets {
  readonly bounds: readonly number[];
  readonly counts: readonly number[];
}

/** Both together. Buckets that differ, as exponential ones do over time, keep their own upper bounds. */
export function addBuckets(a: Buckets, b: Buckets): Buckets {
  if (isSame(a.bounds, b.bounds))
    return { bounds: a.bounds, counts: a.counts.map((count, index) => count + (b.counts[index] ?? 0)) };
  const bounds = [...new Set([...a.bounds, ...b.bounds])].sort((x, y) => x - y);
  const [left, right] = [fitBuckets(a, bounds), fitBuckets(b, bounds)];
  return { bounds, counts: left.map((count, index) => count + (right[index] ?? 0)) };
}

/** What came between two looks at a histogram that only grows; undefined when it began anew in between. */
export function subtractBuckets(later: Buckets, earlier: Buckets): Buckets | undefined {
  // An exponential histogram that became coarser has the values of its old buckets in wider ones.
  const before = isSame(later.bounds, earlier.bounds) ? earlier.counts : fitBuckets(earlier, later.bounds);
  const counts = later.counts.map((count, index) => count - (before[index] ?? 0));
  return counts.some((count) => count < 0) ? undefined : { bounds: later.bounds, counts };
}

/**
 * The value that a share of all values is at most, assuming that they are spread evenly within their bucket; of those
 * above all bounds only the highest bound is known. Undefined without values.
 */
export function percentileOf({ bounds, counts }: Buckets, share: number): number | undefined {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return undefined;
  const wanted = share * total;
  let seen = 0;
  for (const [index, count] of counts.entries()) {
    if (count > 0 && seen + count >= wanted) {
      const upper = bounds[index];
      if (upper === undefined) return bounds.at(-1);
      return lowerBound(bounds, index) + (upper - lowerBound(bounds, index)) * ((wanted - seen) / count);
    }
    seen += count;
  }
  return bounds.at(-1);
}

/** Where a bucket begins: measured things are rarely negative, so the first begins at zero unless its bound says else. */
export function lowerBound(bounds: readonly number[], index: number): number {
  return bounds[index - 1] ?? Math.min(0, bounds[0] ?? 0);
}

/** The counts within other bounds: each bucket goes where its upper bound is. */
export function fitBuckets({ bounds, counts }: Buckets, into: readonly number[]): number[] {
  const fitted = Array.from({ length: into.length + 1 }, () => 0);
  for (const [index, count] of counts.entries()) {
    if (count === 0) continue;
    const upper = bounds[index] ?? Number.POSITIVE_INFINITY;
    const place = into.findIndex((bound) => upper <= bound);
    const target = place === -1 ? into.length : place;
    fitted[target] = (fitted[target] ?? 0) + count;
  }
  return fitted;
}

function isSame(a: readonly number[], b: readonly number[]): boolean {
  return a === b || (a.length === b.length && a.every((bound, index) => bound === b[index]));
}
