/** `1 span`, `3 spans`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** Microseconds as people say them. */
export function duration(us: number): string {
  const amount = Math.abs(us);
  if (amount < 1000) return `${Math.round(us)} µs`;
  if (amount < 1_000_000) return `${(us / 1000).toFixed(amount < 10_000 ? 1 : 0)} ms`;
  return `${(us / 1_000_000).toFixed(1)} s`;
}

/** The one in the middle. */
export function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
}
