const RESERVED_LABEL = /^(le|quantile|otel_scope_.*)$/;
const PLAIN_METRIC = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** A name that every scraper reads. Colons are valid, but belong to recording rules. */
export function plainName(name: string): string {
  const plain = name.replace(/[^a-zA-Z0-9]+/g, '_');
  if (plain === '') return '_';
  return plain >= '0' && plain < ':' ? `_${plain}` : plain;
}

/** A label name that every scraper reads and that takes nothing away from the format's own labels. */
export function labelName(name: string, utf8: boolean): string {
  const label = utf8 ? name : plainName(name);
  if (label === '') return '_';
  if (RESERVED_LABEL.test(label)) return `exported_${label}`;
  return label.startsWith('__') ? `exported${label}` : label;
}

/** Whether a name can stand without quotes. */
export function isPlain(name: string): boolean {
  return PLAIN_METRIC.test(name);
}
