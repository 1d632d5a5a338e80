/** Times to look back, by their names in the address. */
export const RANGES = [
  { id: '5m', title: 'Last 5 minutes', micros: 300e6 },
  { id: '15m', title: 'Last 15 minutes', micros: 900e6 },
  { id: '1h', title: 'Last hour', micros: 3600e6 },
  { id: '6h', title: 'Last 6 hours', micros: 21_600e6 },
  { id: '24h', title: 'Last 24 hours', micros: 86_400e6 },
] as const;

/** Where a range begins at a moment; undefined for one that is not known, and for all of the time. */
export function rangeStartUs(id: string | null, nowMillis: number): number | undefined {
  const range = RANGES.find((each) => each.id === id);
  return range === undefined ? undefined : Math.round(nowMillis * 1000 - range.micros);
}
