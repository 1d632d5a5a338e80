import { capped, wellFormed } from './page.text.js';

const RESERVED_LABEL = /^(le|quantile|otel_scope_.*)$/s;
/** Longer names are cut. */
const MAX_NAME_LENGTH = 256;
const PLAIN_METRIC = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** A name that every scraper reads. Colons are valid, but belong to recording rules. */
export function plainName(name: string): string {
  const plain = capped(name.replace(/[^a-zA-Z0-9]+/g, '_'), MAX_NAME_LENGTH, '_');
  if (plain === '') return '_';
  return plain >= '0' && plain < ':' ? `_${plain}` : plain;
}

/** A name for a scraper that reads all characters there are, but for one: Prometheus takes a NUL for the end of the page. */
export function utf8Name(name: string): string {
  return wellFormed(capped(name, MAX_NAME_LENGTH, '_')).replaceAll('\u0000', '\ufffd');
}

/** A label name that every scraper reads and that takes nothing away from the format's own labels. */
export function labelName(name: string, utf8: boolean): string {
  const label = utf8 ? utf8Name(name) : plainName(name);
  if (label === '') return '_';
  if (RESERVED_LABEL.test(label)) return `exported_${label}`;
  return label.startsWith('__') ? `exported${label}` : label;
}

/** Whether a name can stand without quotes. */
export function isPlain(name: string): boolean {
  return PLAIN_METRIC.test(name);
}
