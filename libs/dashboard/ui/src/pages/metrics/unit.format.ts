import { duration } from '../../parts/format.ts';
import { visibleText } from '../../parts/visible.text.ts';

const PLAIN = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 });
const COMPACT = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 });
const MICROSECONDS: Readonly<Record<string, number>> = {
  ns: 0.001,
  us: 1,
  ms: 1000,
  s: 1e6,
  min: 6e7,
  h: 3.6e9,
};
const BYTES: Readonly<Record<string, number>> = {
  By: 1,
  kBy: 1000,
  MBy: 1e6,
  GBy: 1e9,
  KiBy: 1024,
  MiBy: 1024 ** 2,
  GiBy: 1024 ** 3,
};
/** No unit of anybody is longer. */
const LONGEST_UNIT = 16;
const SIZES = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** How values of a unit (UCUM, as OpenTelemetry writes it) are shown. */
export function formatOf(unit: string): (value: number) => string {
  const [time, size] = [MICROSECONDS[unit], BYTES[unit]];
  if (time !== undefined) return (value) => signed(value, (amount) => duration(amount * time));
  if (size !== undefined) return (value) => signed(value, (amount) => bytesOf(amount * size));
  if (unit === '%') return (value) => `${number(value)} %`;
  // `{request}` only says what is counted; `1` is no unit.
  if (unit === '' || unit === '1' || unit.startsWith('{')) return number;
  const shown = visibleText(unit).slice(0, LONGEST_UNIT);
  return (value) => `${number(value)} ${shown}`;
}

/** How values per second of a unit are shown. */
export function rateFormatOf(unit: string): (value: number) => string {
  const format = formatOf(unit);
  return (value) => `${format(value)}/s`;
}

/** The unit in words, for a heading. */
export function unitName(unit: string): string {
  const counted = /^\{(.*)\}$/u.exec(unit)?.[1];
  return unit === '1' ? '' : (counted ?? unit);
}

function number(value: number): string {
  return Math.abs(value) >= 10_000 ? COMPACT.format(value) : PLAIN.format(value);
}

function signed(value: number, format: (size: number) => string): string {
  if (value === 0) return '0';
  return value < 0 ? `−${format(-value)}` : format(value);
}

function bytesOf(value: number): string {
  const power = Math.min(SIZES.length - 1, Math.max(0, Math.floor(Math.log2(value) / 10)));
  return `${PLAIN.format(value / 1024 ** power)} ${SIZES[power] ?? 'B'}`;
}
