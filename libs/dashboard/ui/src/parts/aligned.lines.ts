/** A point of a line. */
interface Point {
  readonly timeUs: number;
  readonly value: number;
}

/** Lines over one row of times, as a chart takes them: seconds, and undefined where a line has no point. */
export interface AlignedLines {
  readonly times: number[];
  readonly values: (number | undefined)[][];
}

/** Puts lines with times of their own over the times of all. */
export function alignLines(lines: readonly (readonly Point[])[]): AlignedLines {
  const times = [...new Set(lines.flatMap((points) => points.map(({ timeUs }) => timeUs)))].sort(
    (a, b) => a - b,
  );
  const place = new Map(times.map((time, index) => [time, index]));
  const values = lines.map((points) => {
    const row: (number | undefined)[] = Array.from({ length: times.length });
    for (const { timeUs, value } of points) row[place.get(timeUs) ?? 0] = value;
    return row;
  });
  return { times: times.map((time) => time / 1e6), values };
}
