import { classOf, DIGIT, isAt, LETTER, TOKEN } from './characters.js';

const QUOTE = "'";

/**
 * A statement with `?` for its strings and numbers. What is unsure, because a backslash or a dollar quote makes it
 * depend on the dialect, is taken for one string from the first quote to the last.
 */
export function withoutLiterals(sql: string): string {
  const first = firstQuote(sql);
  if (first >= 0 && (sql.includes('\\', first) || sql.includes('$$')))
    return `${withoutNumbers(sql.slice(0, first))}?${sql.slice(lastQuote(sql))}`;
  let text = '';
  let at = 0;
  while (at < sql.length) {
    const quote = sql.indexOf(QUOTE, at);
    if (quote < 0) break;
    text += `${withoutNumbers(sql.slice(at, quote))}?`;
    at = endOfString(sql, quote);
  }
  const rest = withoutNumbers(sql.slice(at));
  return at === 0 ? rest : text + rest;
}

function firstQuote(sql: string): number {
  const dollars = sql.indexOf('$$');
  const quote = sql.indexOf(QUOTE);
  return dollars < 0 || (quote >= 0 && quote < dollars) ? quote : dollars;
}

function lastQuote(sql: string): number {
  return Math.max(sql.lastIndexOf(QUOTE) + 1, sql.lastIndexOf('$$') + 2);
}

/** Two quotes in a row are one within the string. A string without an end goes on to that of the text. */
function endOfString(sql: string, start: number): number {
  let at = sql.indexOf(QUOTE, start + 1);
  while (at >= 0 && sql.charAt(at + 1) === QUOTE) at = sql.indexOf(QUOTE, at + 2);
  return at < 0 ? sql.length : at + 1;
}

/** The same text when there are no numbers, placeholders such as `$1` and names such as `t1` aside. */
function withoutNumbers(sql: string): string {
  let text = '';
  let kept = 0;
  let at = 0;
  while (at < sql.length) {
    if (!isAt(sql, at, DIGIT) || isNamePart(sql, at - 1)) {
      at += 1;
      continue;
    }
    let end = at;
    while (end < sql.length && (isAt(sql, end, LETTER | DIGIT) || sql.charAt(end) === '.')) end += 1;
    text += `${sql.slice(kept, at)}?`;
    kept = end;
    at = end;
  }
  return kept === 0 ? sql : text + sql.slice(kept);
}

function isNamePart(sql: string, at: number): boolean {
  const character = sql.charAt(at);
  if (character === '-') return false;
  return '$:@"`.'.includes(character || ' ') || (classOf(sql.charCodeAt(at)) & TOKEN) !== 0;
}
