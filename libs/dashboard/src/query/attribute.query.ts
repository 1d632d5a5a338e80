import type { JsonAttributes, JsonValue } from '../api/api.types.js';
import { plainText } from '../store/plain.text.js';
import { keyToken, LONGEST, pairToken, wordsOf, wordToken } from '../store/tokens.js';

export type Operator = '=' | '!=' | '>=' | '<=' | '>' | '<' | '~';

/** One condition of a query; all of a query's conditions hold for the same span or log record. */
export type Term =
  | { readonly word: string; readonly negated: boolean }
  | { readonly key: string; readonly operator: Operator; readonly value: string; readonly negated: boolean };

/** What a term is held against. */
export interface Subject {
  readonly attributes: JsonAttributes;
  /** Name, service, severity and the like, by the names a query uses for them. */
  readonly fields: Readonly<Record<string, string | number>>;
  /** Texts bare words are looked for in, besides the attributes. */
  readonly texts: readonly string[];
}

/** Who is still typing has not closed the quotes yet: they then go to the end. */
const TERM =
  /(-)?(?:([^\s"=<>!~]+)(!=|>=|<=|=|>|<|~)("(?:[^"\\]|\\.)*(?:"|\\?$)|[^\s"]*)|"((?:[^"\\]|\\.)*)(?:"|\\?$)|(\S+))/gu;
const MOST_TERMS = 20;
const MOST_WORDS_OF_NAME = 12;
const DURATION = /^(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m)?$/;
const MICROSECONDS: Readonly<Record<string, number>> = { ns: 0.001, us: 1, µs: 1, ms: 1000, s: 1e6, m: 6e7 };

/**
 * Reads a query: `http.response.status_code>=500 enduser.id="u-1" -cache.hit=true checkout`. Never fails: what is no
 * condition is a word.
 */
export function parseQuery(text: string): Term[] {
  const terms: Term[] = [];
  for (const match of text.slice(0, 2000).matchAll(TERM)) {
    if (terms.length >= MOST_TERMS) break;
    const [, minus, key, operator, value, quoted, word] = match;
    const negated = minus !== undefined;
    if (key !== undefined && operator !== undefined) {
      terms.push({ key, operator: operator as Operator, value: unquoted(value ?? ''), negated });
    } else terms.push({ word: quoted === undefined ? (word ?? '') : unescaped(quoted), negated });
  }
  return terms;
}

/** The full-text expression of a query. Tokens are letters and digits of our own making: there is nothing to escape. */
export function matchExpression(terms: readonly Term[], fields: ReadonlySet<string>): string {
  const groups = alternativesFor(terms, fields).map((tokens) => `(${tokens.join(' OR ')})`);
  return [...tokensFor(terms, fields), ...groups].join(' AND ');
}

/** Tokens everything that matches has, to narrow down by the index; empty when it cannot help. */
function tokensFor(terms: readonly Term[], fields: ReadonlySet<string>): string[] {
  return terms.flatMap((term) => {
    if (term.negated) return [];
    if ('word' in term) return wordsOf(term.word).map(wordToken);
    // The words of a name are found like those of any text.
    if (term.key === 'name' && term.operator === '=' && fields.has('name'))
      return wordsOf(term.value).slice(0, MOST_WORDS_OF_NAME).map(wordToken);
    if (fields.has(term.key) || term.operator === '!=') return [];
    // The key narrows, and the value decides in `matches`.
    if (term.operator !== '=' || term.value.length > LONGEST) return [keyToken(term.key)];
    // Besides one of its alternatives the key would narrow nothing, and nearly every span may have it.
    return isAmbiguous(term.value) ? [] : [pairToken(term.key, term.value)];
  });
}

/** Tokens of which one of each group must be there: for values that may be stored as text or not. */
function alternativesFor(terms: readonly Term[], fields: ReadonlySet<string>): string[][] {
  return terms.flatMap((term) => {
    if (term.negated || 'word' in term || term.operator !== '=' || fields.has(term.key)) return [];
    if (!isAmbiguous(term.value) || term.value.length > LONGEST) return [];
    const stored = [term.value, JSON.parse(term.value) as JsonValue];
    return [[...new Set(stored.map((value) => pairToken(term.key, value)))]];
  });
}

/** Whether everything that is asked holds. */
export function matches(terms: readonly Term[], subject: Subject): boolean {
  return terms.every((term) => holds(term, subject) !== term.negated);
}

function holds(term: Term, { attributes, fields, texts }: Subject): boolean {
  if ('word' in term) {
    const word = term.word.toLowerCase();
    return (
      texts.some((text) => holdsWord(text, word)) ||
      Object.values(attributes).some((value) => holdsWord(textOf(value), word))
    );
  }
  const from = Object.hasOwn(fields, term.key) ? fields : attributes;
  const value = Object.hasOwn(from, term.key) ? from[term.key] : undefined;
  if (value === undefined) return term.operator === '!=';
  return compare(value, term.operator, term.value);
}

/** @param word - in lower case */
function holdsWord(text: string, word: string): boolean {
  return plainText(text).toLowerCase().includes(word);
}

function compare(value: JsonValue, operator: Operator, expected: string): boolean {
  const actual = textOf(value);
  if (operator === '~') return holdsWord(actual, expected.toLowerCase());
  const [left, right] = [numberOf(value), numberOf(expected)];
  if (operator === '=' || operator === '!=') {
    const isEqual = actual === expected || (typeof value === 'number' && left === right);
    return isEqual === (operator === '=');
  }
  const order = left === undefined || right === undefined ? actual.localeCompare(expected) : left - right;
  if (operator === '>=') return order >= 0;
  if (operator === '<=') return order <= 0;
  return operator === '>' ? order > 0 : order < 0;
}

/** A number, or a duration as microseconds. */
function numberOf(value: JsonValue): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || value === '') return undefined;
  const [, amount, unit] = DURATION.exec(value) ?? [];
  if (amount !== undefined) return Number(amount) * (unit === undefined ? 1 : (MICROSECONDS[unit] ?? 1));
  const number = Number(value);
  return Number.isNaN(number) ? undefined : number;
}

function textOf(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function isAmbiguous(value: string): boolean {
  return /^(true|false|null|-?(0|[1-9]\d*)(\.\d+)?)$/.test(value);
}

function unquoted(value: string): string {
  return value.startsWith('"') ? unescaped(value.replaceAll(/^"|(?<!\\)"$/gu, '')) : value;
}

function unescaped(text: string): string {
  return text.replaceAll(/\\(.?)/gu, '$1');
}
