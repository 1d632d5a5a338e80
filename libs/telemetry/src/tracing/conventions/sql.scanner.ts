import type { SqlDialect } from './sql.dialect.js';

/**
 * - `word`: keyword or unquoted name
 * - `name`: quoted name
 * - `literal`: string or number, with its quotes and prefix
 * - `gap`: white space or comment
 * - `mark`: anything else, among it placeholders (`$1`, `:id`, `@p0`, `?`)
 */
export type SqlTokenKind = 'word' | 'name' | 'literal' | 'gap' | 'mark';

const QUOTE = "'";
/** Letters that belong to the string they stand before, as in `E'..'`, `N'..'`, `x'..'`, `q'[..]'`. */
const STRING_PREFIXES: ReadonlySet<string> = new Set(['e', 'b', 'x', 'n', 'r', 'q', 'nq']);
const KEY_BEGIN = '-----BEGIN';
const KEY_TITLE = 'PRIVATE KEY';
const KEY_END = '-----END';
const PAIRS: Readonly<Record<string, string>> = { '[': ']', '{': '}', '(': ')', '<': '>' };

/**
 * Splits SQL into tokens. Written by hand because the usual expressions for literals backtrack: this looks at every
 * character once, and an end that is missing means the rest of the text, so that a cut statement shows nothing it
 * should not.
 *
 * @param visit - called for each token in turn; `false` stops
 */
export function scanSql(
  sql: string,
  dialect: SqlDialect,
  visit: (kind: SqlTokenKind, start: number, end: number) => boolean,
): void {
  let at = 0;
  while (at < sql.length) {
    const [kind, end] = tokenAt(sql, at, dialect);
    if (!visit(kind, at, end)) return;
    at = end;
  }
}

function tokenAt(sql: string, at: number, dialect: SqlDialect): [SqlTokenKind, number] {
  const first = sql.charAt(at);
  const second = sql.charAt(at + 1);
  if (isWordStart(first)) return wordAt(sql, at, dialect);
  if (isDigit(first) || (first === '.' && isDigit(second))) return ['literal', endOfNumber(sql, at)];
  if (first <= ' ') return ['gap', endOfSpace(sql, at)];
  switch (first) {
    case QUOTE:
      return ['literal', endOfQuoted(sql, at, QUOTE, dialect.backslashEscapes)];
    case '"':
      if (dialect.doubleQuotedStrings)
        return ['literal', endOfQuoted(sql, at, '"', dialect.backslashEscapes)];
      return ['name', endOfQuoted(sql, at, '"', false)];
    case '`':
      return ['name', endOfQuoted(sql, at, '`', false)];
    case '[':
      return dialect.bracketedNames ? ['name', endOfQuoted(sql, at, ']', false)] : ['mark', at + 1];
    case '-':
      return second === '-' ? ['gap', endOfLine(sql, at)] : ['mark', at + 1];
    case '#':
      return dialect.hashComments ? ['gap', endOfLine(sql, at)] : ['mark', at + 1];
    case '/':
      return second === '*' ? ['gap', endOfComment(sql, at, dialect.nestedComments)] : ['mark', at + 1];
    case '$':
      return dollarAt(sql, at, dialect);
    case ':':
    case '@':
    case '?':
      return ['mark', isPlaceholder(second, dialect) ? endOfWord(sql, at + 1) : at + 1];
    default:
      return ['mark', at + 1];
  }
}

function wordAt(sql: string, at: number, dialect: SqlDialect): [SqlTokenKind, number] {
  const end = endOfWord(sql, at);
  if (sql.charAt(end) !== QUOTE) return ['word', end];
  const prefix = sql.slice(at, end).toLowerCase();
  if (!STRING_PREFIXES.has(prefix)) return ['word', end];
  if (dialect.alternativeQuotes && prefix.endsWith('q')) {
    const open = sql.charAt(end + 1);
    return ['literal', endAfter(sql, `${PAIRS[open] ?? open}${QUOTE}`, end + 2)];
  }
  return ['literal', endOfQuoted(sql, end, QUOTE, dialect.backslashEscapes || prefix === 'e')];
}

function dollarAt(sql: string, at: number, dialect: SqlDialect): [SqlTokenKind, number] {
  let end = at + 1;
  while (isWordPart(sql.charAt(end)) && sql.charAt(end) !== '$') end++;
  const isTag = dialect.dollarQuotes && sql.charAt(end) === '$' && !isDigit(sql.charAt(at + 1));
  return isTag ? ['literal', endAfter(sql, sql.slice(at, end + 1), end + 1)] : ['mark', end];
}

/** A doubled quote is a quote within. */
function endOfQuoted(sql: string, start: number, quote: string, backslash: boolean): number {
  if (backslash) return endOfEscaped(sql, start, quote);
  let at = sql.indexOf(quote, start + 1);
  while (at >= 0 && sql.charAt(at + 1) === quote) at = sql.indexOf(quote, at + 2);
  return at < 0 ? sql.length : at + 1;
}

function endOfEscaped(sql: string, start: number, quote: string): number {
  for (let at = start + 1; at < sql.length; at++) {
    const char = sql.charAt(at);
    if (char === '\\') at++;
    else if (char === quote) {
      if (sql.charAt(at + 1) !== quote) return at + 1;
      at++;
    }
  }
  return sql.length;
}

/** Also `0x1F`, `1_000`, `1.5e-3`. */
function endOfNumber(sql: string, start: number): number {
  const isHexadecimal = /^0x/i.test(sql.slice(start, start + 2));
  let at = start + 1;
  while (at < sql.length) {
    const char = sql.charAt(at);
    const isSign = (char === '+' || char === '-') && !isHexadecimal && /e/i.test(sql.charAt(at - 1));
    if (!isWordPart(char) && char !== '.' && !isSign) break;
    at++;
  }
  return at;
}

function endOfComment(sql: string, start: number, nested: boolean): number {
  if (!nested) return endAfter(sql, '*/', start + 2);
  let depth = 1;
  for (let at = start + 2; at < sql.length - 1; at++) {
    const char = sql.charAt(at);
    const next = sql.charAt(at + 1);
    if (char === '*' && next === '/') {
      at++;
      if (--depth === 0) return at + 1;
    } else if (char === '/' && next === '*') {
      at++;
      depth++;
    }
  }
  return sql.length;
}

/** A private key that begins in a comment goes on in the lines below it, where it must not be taken for names. */
function endOfLine(sql: string, start: number): number {
  const end = endAfter(sql, '\n', start);
  const line = sql.slice(start, end);
  if (!line.includes(KEY_BEGIN) || !line.includes(KEY_TITLE) || line.includes(KEY_END)) return end;
  return endAfter(sql, '\n', endAfter(sql, KEY_END, end));
}

function endAfter(sql: string, text: string, from: number): number {
  const at = sql.indexOf(text, from);
  return at < 0 ? sql.length : at + text.length;
}

function endOfSpace(sql: string, start: number): number {
  let at = start + 1;
  while (at < sql.length && sql.charAt(at) <= ' ') at++;
  return at;
}

function endOfWord(sql: string, start: number): number {
  let at = start;
  while (isWordPart(sql.charAt(at))) at++;
  return at;
}

/** PostgreSQL has only `$1`; there a number behind these marks is a number. */
function isPlaceholder(next: string, dialect: SqlDialect): boolean {
  return isWordPart(next) && !(dialect.dollarQuotes && isDigit(next));
}

function isDigit(char: string): boolean {
  return char >= '0' && char <= '9';
}

function isWordStart(char: string): boolean {
  return (char >= 'a' && char <= 'z') || (char >= 'A' && char <= 'Z') || char === '_' || char > '\x7f';
}

function isWordPart(char: string): boolean {
  return isWordStart(char) || isDigit(char) || char === '$';
}
