import { addBuckets, type Buckets } from './buckets.ts';
import type { Increment } from './increments.ts';

/** What some series gained together in an equal slice of time. */
export interface Column {
  readonly fromUs: number;
  readonly toUs: number;
  readonly buckets: Buckets;
}

const MOST_COLUMNS = 90;

/**
 * The gains of several series in columns of equal length. A column is as long as one export, or some of them: with other
 * lengths columns would have now one export in them and now two, and stripes would be seen that are not there.
 */
export function columnsOf(increments: readonly Increment<Buckets>[]): Column[] {
  const [first] = increments;
  if (first === undefined) return [];
  const lengths = increments.map(({ seconds }) => seconds).sort((a, b) => a - b);
  const usual = (lengths[Math.floor(lengths.length / 2)] ?? 1) * 1e6;
  let [startUs, endUs] = [first.timeUs, first.timeUs];
  for (const { timeUs } of increments) {
    startUs = Math.min(startUs, timeUs);
    endUs = Math.max(endUs, timeUs);
  }
  const exports = Math.max(1, Math.ceil((endUs - startUs) / usual / MOST_COLUMNS));
  const lengthUs = usual * exports;
  const columns = new Map<number, Buckets>();
  for (const { timeUs, gain } of increments) {
    // Half an export early, so that exports that come a little late or soon stay in their column.
    const index = Math.floor((timeUs - startUs + usual / 2) / lengthUs);
    const present = columns.get(index);
    columns.set(index, present === undefined ? gain : addBuckets(present, gain));
  }
  return [...columns]
    .sort(([a], [b]) => a - b)
    .map(([index, buckets]) => {
      const fromUs = startUs - usual + index * lengthUs;
      return { fromUs, toUs: fromUs + lengthUs, buckets };
    });
}
