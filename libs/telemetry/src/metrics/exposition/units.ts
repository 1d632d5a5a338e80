/** Prometheus writes units as words, in the plural where they are counted and in the singular where they divide. */
const WORDS: Readonly<Record<string, string>> = {
  d: 'days',
  h: 'hours',
  min: 'minutes',
  s: 'seconds',
  ms: 'milliseconds',
  us: 'microseconds',
  ns: 'nanoseconds',
  By: 'bytes',
  KiBy: 'kibibytes',
  MiBy: 'mebibytes',
  GiBy: 'gibibytes',
  TiBy: 'tebibytes',
  KBy: 'kilobytes',
  kBy: 'kilobytes',
  MBy: 'megabytes',
  GBy: 'gigabytes',
  TBy: 'terabytes',
  bit: 'bits',
  m: 'meters',
  V: 'volts',
  A: 'amperes',
  J: 'joules',
  W: 'watts',
  g: 'grams',
  kg: 'kilograms',
  Cel: 'celsius',
  Hz: 'hertz',
  '%': 'percent',
};
const DIVISORS: Readonly<Record<string, string>> = {
  s: 'second',
  min: 'minute',
  m: 'minute',
  h: 'hour',
  d: 'day',
  w: 'week',
  wk: 'week',
  mo: 'month',
  y: 'year',
};

/**
 * The unit as a suffix of a metric name ("Prometheus and OpenMetrics Compatibility"), without the underscore; empty where
 * there is none to say. What stands in braces only explains, and `1` is a unit of gauges alone.
 */
export function unitSuffix(unit: string, isGauge: boolean): string {
  if (unit === '1') return isGauge ? 'ratio' : '';
  const [main = '', ...divisors] = unit.replace(/\{[^}]*\}/g, '').split('/');
  const words = main === '1' ? '' : wordOf(WORDS, main);
  if (divisors.length === 0) return words;
  const per = divisors.map((divisor) => wordOf(DIVISORS, divisor)).filter((word) => word !== '');
  // `{request}/s` says no more than that it is a rate.
  return per.length === 0 ? words : [words, 'per', ...per].filter((word) => word !== '').join('_');
}

function wordOf(words: Readonly<Record<string, string>>, unit: string): string {
  const trimmed = unit.trim();
  if (Object.hasOwn(words, trimmed)) return words[trimmed] as string;
  return trimmed.replace(/[^a-zA-Z0-9]+/g, '_').replace(/^_+|_+$/g, '');
}
