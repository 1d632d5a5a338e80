import { fitBuckets, lowerBound } from './buckets.ts';
import type { Column } from './time.columns.ts';

/** A band of values; the last may have no upper end. */
export interface Band {
  readonly from: number;
  readonly to: number;
}

export interface Cell {
  readonly column: number;
  readonly band: number;
  readonly count: number;
}

export interface Heatmap {
  /** From the lowest values to the highest. */
  readonly bands: readonly Band[];
  /** Without those of no values. */
  readonly cells: readonly Cell[];
  /** Most values in one cell. */
  readonly most: number;
}

const MOST_BANDS = 36;

/** How often values of each band came in each column; bands that are empty at either end are left out. */
export function heatmapOf(columns: readonly Column[]): Heatmap {
  const all = [...new Set(columns.flatMap(({ buckets }) => buckets.bounds))].sort((a, b) => a - b);
  const used = new Set<number>();
  for (const { buckets } of columns)
    for (const [index, count] of fitBuckets(buckets, all).entries()) if (count > 0) used.add(index);
  if (used.size === 0) return { bands: [], cells: [], most: 0 };
  const [lowest, highest] = [Math.min(...used), Math.max(...used)];
  // Neighbours go together where there are more than can be told apart.
  const step = Math.ceil((highest - lowest + 1) / MOST_BANDS);
  const uppers: number[] = [];
  for (let index = lowest + step - 1; index < highest; index += step) uppers.push(all[index] ?? Infinity);
  uppers.push(all[highest] ?? Number.POSITIVE_INFINITY);
  const bands = uppers.map((to, index): Band => ({ from: uppers[index - 1] ?? lowerBound(all, lowest), to }));
  const finite = uppers.filter(Number.isFinite);
  const cells: Cell[] = [];
  let most = 0;
  for (const [column, { buckets }] of columns.entries()) {
    for (const [band, count] of fitBuckets(buckets, finite).entries()) {
      if (count === 0) continue;
      cells.push({ column, band, count });
      most = Math.max(most, count);
    }
  }
  return { bands, cells, most };
}

/** How high a value lies, in bands from the lowest up: 1.5 is the middle of the second. */
export function heightOf(bands: readonly Band[], value: number): number | undefined {
  const index = bands.findIndex(({ from, to }, position) => value <= to && (value > from || position === 0));
  const band = bands[index];
  if (band === undefined || value < band.from) return undefined;
  const share = Number.isFinite(band.to) ? (value - band.from) / (band.to - band.from) : 0.5;
  return index + share;
}
