import { stripVTControlCharacters } from 'node:util';

/** SGR parameters of everything that is ever coloured. */
const SGR = {
  bold: '1',
  dim: '2',
  red: '31',
  green: '32',
  yellow: '33',
  blue: '34',
  magenta: '35',
  cyan: '36',
  boldRed: '1;31',
} as const;

export type Style = keyof typeof SGR;

/** Colours text, or does not. */
export type Paint = (style: Style, text: string) => string;

export function painter(colors: boolean): Paint {
  return colors
    ? (style, text) => (text === '' ? '' : `\u001B[${SGR[style]}m${text}\u001B[0m`)
    : (_, text) => text;
}

// Separators; controls, invisible characters that reorder or hide text, and half characters.
const BREAKS = /[\s\u0085\u2028\u2029]+/g;
// oxlint-disable-next-line no-control-regex -- removing them is the point
const CONTROLS = /[\u0000-\u001F\u007F-\u009F\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF\p{Cs}]/gu;
const PLAIN = /^[\u0020-\u007E]*$/;

/**
 * One harmless line: names and messages come from requests, and whoever writes them must not move the cursor, hide
 * text or forge lines in the terminal of the person who reads them.
 */
export function printable(text: string): string {
  const short = text.length > 10_000 ? text.slice(0, 10_000) : text;
  if (PLAIN.test(short)) return short.replace(/ {2,}/g, ' ').trim();
  return stripVTControlCharacters(short).replace(BREAKS, ' ').replace(CONTROLS, '').trim();
}

const WIDE =
  /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]|\p{Emoji_Presentation}/u;
const COMBINING = /^[\p{Mn}\p{Me}\u200D]$/u;

function charWidth(char: string): number {
  if (char <= '\u007E') return 1;
  if (COMBINING.test(char)) return 0;
  return WIDE.test(char) ? 2 : 1;
}

/** Terminal columns that a printable text takes. */
export function columns(text: string): number {
  if (PLAIN.test(text)) return text.length;
  let width = 0;
  for (const char of text) width += charWidth(char);
  return width;
}

/** Shortens a text to so many columns, with an ellipsis where something is missing. */
export function fit(text: string, width: number): string {
  if (columns(text) <= width) return text;
  if (width < 1) return '';
  let used = 0;
  let kept = '';
  for (const char of text) {
    used += charWidth(char);
    if (used > width - 1) break;
    kept += char;
  }
  return `${kept}…`;
}

export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - columns(text)));
}

/** At least two digits. */
export function two(value: number): string {
  return String(value).padStart(2, '0');
}

/** A duration in the unit that a person would choose, e.g. `812 µs`, `42.1 ms`, `1.23 s`, `2m 03s`. */
export function humanDuration(nanos: bigint): string {
  const ns = Number(nanos);
  if (ns < 0) return `-${humanDuration(-nanos)}`;
  if (ns < 999_500) return `${Math.round(ns / 1e3)} µs`;
  if (ns < 99_950_000) return `${(ns / 1e6).toFixed(1)} ms`;
  if (ns < 999_500_000) return `${Math.round(ns / 1e6)} ms`;
  if (ns < 59_995_000_000) return `${(ns / 1e9).toFixed(2)} s`;
  const seconds = Math.round(ns / 1e9);
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m ${two(seconds % 60)}s`;
  return `${Math.floor(seconds / 3600)}h ${two(Math.floor((seconds % 3600) / 60))}m`;
}
