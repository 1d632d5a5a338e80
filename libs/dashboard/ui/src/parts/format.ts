const NUMBER = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
const TIME = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
});

/** `1.2 ms`: three digits at most, in the unit that fits. */
export function duration(microseconds: number | null): string {
  if (microseconds === null) return '–';
  if (microseconds < 1) return `${Math.round(microseconds * 1000)} ns`;
  if (microseconds < 1000) return `${digits(microseconds)} µs`;
  if (microseconds < 1e6) return `${digits(microseconds / 1000)} ms`;
  if (microseconds < 6e7) return `${digits(microseconds / 1e6)} s`;
  return `${Math.floor(microseconds / 6e7)} min ${Math.round((microseconds % 6e7) / 1e6)} s`;
}

/** The time of day of a moment in microseconds since the epoch. */
export function clock(microseconds: number): string {
  return TIME.format(microseconds / 1000);
}

export function amount(value: number): string {
  return NUMBER.format(value);
}

export function bytes(value: number): string {
  if (value < 1024) return `${value} B`;
  if (value < 1024 ** 2) return `${digits(value / 1024)} KiB`;
  return value < 1024 ** 3 ? `${digits(value / 1024 ** 2)} MiB` : `${digits(value / 1024 ** 3)} GiB`;
}

/** A share as per cent; a share of nothing is none. */
export function percent(part: number, whole: number): string {
  if (whole === 0) return '–';
  return part === 0 ? '0 %' : `${digits((part / whole) * 100)} %`;
}

function digits(value: number): string {
  return value >= 100 ? String(Math.round(value)) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
