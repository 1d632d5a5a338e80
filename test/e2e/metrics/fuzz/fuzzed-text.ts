import type { Seeded } from '../../../../libs/otlp/src/seeded.spec-helper.js';

/** Names that mean something to somebody, and names that differ only where a page cannot show it. */
const NAMES = [
  ['a.b', 'a_b', 'a-b', 'A.B', 'a..b', 'a__b', 'a b', 'a:b', 'a.b.', '.a.b'],
  ['le', 'LE', 'l.e', 'quantile', 'exported_le', 'job', 'instance', 'exported_job', 'page', 'format'],
  ['otel.scope.name', 'otel_scope_name', 'otel_scope_version', 'otel_scope_\n', 'exported_otel_scope_name'],
  ['__name__', '__address__', '__proto__', '__', '_', 'constructor', 'toString', 'hasOwnProperty'],
  ['9', '2xx', '9 lives!', '1e9', '+Inf', 'NaN', 'null', 'undefined'],
  [
    'total',
    '_total',
    'x.total',
    'x_total',
    'x',
    'x_count',
    'x_sum',
    'x_bucket',
    'x_created',
    'x_info',
    'x.info',
  ],
  ['seconds', 'x_seconds', 'x.bytes', 'bytes', 'x_seconds_total', 'x_ratio', 'x_bytes_per_second'],
  [
    'target',
    'target.info',
    'target_info',
    'up',
    'scrape_samples_scraped',
    'ALERTS',
    'witness',
    'witness_total',
  ],
].flat();
const FRAGMENTS = [
  ['"', '\\', '\n', '\r', '\r\n', '\t', ' ', '\u0000', '\u0001', '\u001b[31m', '\u007f', '\u0085', '\u00a0'],
  [
    '\u2028',
    '\u2029',
    '\ufeff',
    '\ufffd',
    '\ud800',
    '\udc00',
    '\udfff\ud800',
    'é',
    'e\u0301',
    '名',
    '😀',
    'İ',
    'ß',
  ],
  [
    '{',
    '}',
    '=',
    ',',
    '#',
    '# EOF',
    '\n# EOF\n',
    '\n# TYPE x counter\n',
    '# {',
    '\\n',
    '\\"',
    '\\\\',
    '"} 1\n',
  ],
  ['a', 'b', 'le="', '.', '_', '-', ':', '/', '0', '7', '%s', '${x}', '</script>', "';--"],
].flat();

/** Names and texts nobody should use, and somebody does. */
export class FuzzedText {
  constructor(private readonly seeded: Seeded) {}

  /** Never empty. */
  name(): string {
    const { seeded } = this;
    if (seeded.below(3) > 0) return seeded.oneOf(NAMES);
    return this.any(8) || seeded.oneOf(NAMES);
  }

  /** Up to that many fragments. */
  any(most: number): string {
    return this.seeded.list(most, () => this.seeded.oneOf(FRAGMENTS)).join('');
  }

  /** Mostly short; sometimes a megabyte. */
  long(): string {
    const { seeded } = this;
    if (seeded.below(2000) > 0) return this.any(20);
    return `${this.any(3)}${seeded.oneOf(['x', 'é', '\ud800', '"', '\n'])}`.repeat(300_000).slice(0, 2 ** 20);
  }
}
