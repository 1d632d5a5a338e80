/** What is looked at. */
export interface TimeWindow {
  readonly fromUs: number;
  readonly toUs: number;
}

const DEFAULT_LENGTH_US = 15 * 60 * 1_000_000;

/** The window that is asked for, by default the last quarter of an hour; a little of the future, as clocks differ. */
export function timeWindow(
  fromUs: number | undefined,
  toUs: number | undefined,
  nowMillis: number,
): TimeWindow {
  const end = toUs ?? (nowMillis + 1000) * 1000;
  return { fromUs: fromUs ?? end - DEFAULT_LENGTH_US, toUs: end };
}
