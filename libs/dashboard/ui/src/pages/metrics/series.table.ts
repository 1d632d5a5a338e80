import type { JsonValue, MetricSeries } from '../../../../src/api/api.types.ts';
import { visibleText } from '../../parts/visible.text.ts';

/** The attributes by which some series differ, in the order of their names. */
export function distinguishingKeys(series: readonly MetricSeries[]): string[] {
  const keys = [...new Set(series.flatMap(({ attributes }) => Object.keys(attributes)))].sort();
  return series.length < 2
    ? keys
    : keys.filter((key) => new Set(series.map(({ attributes }) => JSON.stringify(attributes[key]))).size > 1);
}

/** A value of an attribute in a table. */
export function cellText(value: JsonValue | undefined): string {
  if (value === undefined) return '–';
  return visibleText(typeof value === 'string' ? value : JSON.stringify(value));
}

/** What a series is called where there is one line for it. */
export function seriesName({ attributes }: MetricSeries, keys: readonly string[]): string {
  return keys.length === 0 ? 'all' : keys.map((key) => cellText(attributes[key])).join(' · ');
}

/** Positions of the series that are shown; all, unless some are named that exist. */
export function shownSeries(only: string | null, count: number): number[] {
  const all = Array.from({ length: count }, (_, index) => index);
  const named = new Set((only ?? '').split(',').filter(Boolean).map(Number));
  const shown = all.filter((index) => named.has(index));
  return shown.length === 0 ? all : shown;
}

/** What `only` is after a series was clicked: it alone, or all when it was alone; with `isAdding`, in or out. */
export function afterClick(
  shown: readonly number[],
  index: number,
  count: number,
  isAdding: boolean,
): string | undefined {
  if (!isAdding) return shown.length === 1 && shown[0] === index ? undefined : String(index);
  const next = shown.includes(index) ? shown.filter((each) => each !== index) : [...shown, index];
  if (next.length === 0 || next.length === count) return undefined;
  return next.toSorted((a, b) => a - b).join(',');
}
