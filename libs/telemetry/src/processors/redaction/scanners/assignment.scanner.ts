import { classOf, DIGIT, END, isAt, LETTER, SEPARATOR, TOKEN, until } from '../characters.js';
import type { KeyRules } from '../key.rules.js';
import { endOfMark } from '../strategies.js';

const SPACE = 0x20;
const BACKSLASH = 0x5c;
const CLOSING = 0x29;
const OPENING_SQUARE = 0x5b;
const CLOSING_SQUARE = 0x5d;
const OPENING_CURLY = 0x7b;
const MOST_BEFORE_ASSIGNMENT = 12;
const MOST_SPACES = 4;
const WORDLESS = new Set(['true', 'false', 'null', 'undefined', 'none', 'nil']);
const LONGEST_WORDLESS = 9;
const LONG_VALUE = 16;
const MAX_BACKSLASHES = 63;
/** The shortest one. */
const MARK_LENGTH = 3;
const LONGEST_MARK = 100;

// The first characters of what a value may be given with; most characters are none of them.
const ASSIGNMENT = 1;
const BRACKET = 2;
const TAG = 3;
const DASH = 0x2d;
const kinds = new Uint8Array(128);
kinds[0x3d] = kinds[0x3a] = ASSIGNMENT;
kinds[0x5b] = BRACKET;
kinds[0x3e] = TAG;
kinds[DASH] = DASH;

// The first characters of values that tell nothing.
const WORDLESS_FIRST = 1;
const PARAMETER_FIRST = 2;
const LONGEST_PARAMETER = 4;
const firsts = new Uint8Array(128);
for (const character of 'tfnuTFNU') firsts[character.charCodeAt(0)] = WORDLESS_FIRST;
for (const character of '$?:%{@') firsts[character.charCodeAt(0)] = PARAMETER_FIRST;

/** Takes the place of a value whose name is secret. */
export type FoundValue = (start: number, end: number, rule: string) => void;

/**
 * Values of secret names within text: `password=hunter2`, `"token": "abc"`, `Key (email)=(…)`, `--password hunter2`,
 * `<secret>…</secret>`, and headers up to the end of their line.
 */
export function scanAssignments(text: string, keys: KeyRules, found: FoundValue): void {
  const { length } = text;
  let at = 0;
  let nextTag = -1;
  while (at < length) {
    const code = text.charCodeAt(at);
    const kind = code < 128 ? (kinds[code] ?? 0) : 0;
    if (kind === 0) {
      at += 1;
    } else if (kind === ASSIGNMENT) {
      at = afterAssignment(text, at, keys, found);
    } else if (kind === DASH) {
      at = text.charCodeAt(at + 1) === DASH ? afterOption(text, at, keys, found) : at + 1;
    } else if (kind === BRACKET) {
      at = Math.max(endOfMark(text, at), at + 1);
    } else {
      if (nextTag < at) nextTag = indexOrEnd(text, '<', at);
      at = afterTag(text, at, nextTag, keys, found);
    }
  }
}

function afterAssignment(text: string, at: number, keys: KeyRules, found: FoundValue): number {
  const after = text.charCodeAt(at + 1);
  // `://`, `::`, `==`, `=>` are no assignments, and the second one of `:=` is one.
  if ((after === 0x2f && text.charCodeAt(at + 2) === 0x2f) || after === 0x3d || after === 0x3a) return at + 1;
  const nameEnd = endOfName(text, at);
  if (nameEnd <= 0) return at + 1;
  const rule = keys.ruleAt(text, nameEnd);
  if (rule === undefined) return at + 1;
  return valueFrom(text, at + 1, rule, text.charCodeAt(at) === 0x3a, found);
}

/** Where the name before an assignment ends: before spaces, quotes, backslashes and closing brackets. */
function endOfName(text: string, at: number): number {
  let end = at;
  for (let steps = 0; steps < MOST_BEFORE_ASSIGNMENT && end > 0; steps++) {
    const code = text.charCodeAt(end - 1);
    if (code !== SPACE && code !== BACKSLASH && code !== CLOSING && !isQuote(code)) break;
    end -= 1;
  }
  if (end === 0) return -1;
  if (text.charCodeAt(end - 1) === CLOSING_SQUARE) return isAfterMark(text, end) ? -1 : end;
  return isAt(text, end - 1, LETTER | DIGIT) ? end : -1;
}

function isQuote(code: number): boolean {
  return code === 0x22 || code === 0x27 || code === 0x60;
}

/** `[redacted:email]:5432` does not say that an address is 5432. */
function isAfterMark(text: string, end: number): boolean {
  let at = end - 2;
  const limit = Math.max(0, end - LONGEST_MARK);
  while (at > limit && text.charAt(at) !== '[' && text.charAt(at) !== ']') at -= 1;
  return text.startsWith('[redacted:', at);
}

function valueFrom(text: string, from: number, rule: string, isColon: boolean, found: FoundValue): number {
  const { length } = text;
  let start = from;
  while (start < length && start < from + MOST_SPACES && isSpace(text.charCodeAt(start))) start += 1;
  const hasSpace = start > from;
  while (start < length && isOpening(text.charCodeAt(start))) start += 1;
  if (start >= length) return length;
  let quoteAt = start;
  while (quoteAt < length - 1 && quoteAt - start < MAX_BACKSLASHES && text.charCodeAt(quoteAt) === BACKSLASH)
    quoteAt += 1;
  const quote = text.charCodeAt(quoteAt);
  if (isQuote(quote)) {
    const inner = quoteAt + 1;
    const end = endOfQuoted(text, inner, text.charAt(quoteAt), quoteAt - start);
    if (end > inner && !isMark(text, inner)) found(inner, end, rule);
    return end + 1;
  }
  if (quote === OPENING_CURLY) {
    const end = text.indexOf('}', start);
    found(start, end < 0 ? text.length : end + 1, rule);
    return end < 0 ? text.length : end + 1;
  }
  // The brackets before it were passed over.
  if (isMark(text, start))
    return Math.max(
      text.charCodeAt(start - 1) === OPENING_SQUARE ? endOfMark(text, start - 1) : 0,
      start + MARK_LENGTH,
    );
  const end = endOfBare(text, start, rule, isColon);
  // What is no value is short, and may itself be the name of one.
  if (end === start || !isValue(text, start, end, rule, isColon && hasSpace)) return Math.max(start, from);
  found(start, end, rule);
  return end;
}

function isOpening(code: number): boolean {
  return code === 0x28 || code === 0x5b;
}

function isSpace(code: number): boolean {
  return code === SPACE || code === 0x09;
}

/** In JSON within JSON every level doubles the backslashes before a quote, and adds one for the quote itself. */
function endOfQuoted(text: string, from: number, quote: string, backslashes: number): number {
  const step = 2 * (backslashes + 1);
  let at = text.indexOf(quote, from);
  while (at >= 0) {
    let before = 0;
    while (at - before > from && text.charCodeAt(at - before - 1) === 0x5c) before += 1;
    if (before >= backslashes && (before - backslashes) % step === 0) return at - backslashes;
    // One level further out the whole text ends.
    if (before < backslashes) return at - before;
    at = text.indexOf(quote, at + 1);
  }
  return text.length;
}

function endOfBare(text: string, start: number, rule: string, isColon: boolean): number {
  // A header goes to the end of its line; in a query its value is one of several.
  if (isColon && (rule === 'cookie' || rule === 'authorization')) {
    let end = start;
    while (end < text.length && !isEndOfHeader(text.charCodeAt(end))) end += 1;
    return end;
  }
  let end = until(text, start, END);
  if (end === text.length || isSpace(text.charCodeAt(end))) {
    while (end > start && isStop(text.charCodeAt(end - 1))) end -= 1;
  }
  return end;
}

/** A comma or a full stop. */
function isStop(code: number): boolean {
  return code === 0x2c || code === 0x2e;
}

function isEndOfHeader(code: number): boolean {
  return code === 0x0a || code === 0x0d || isQuote(code);
}

/** What stands in the place of a value already, ours or that of a hook. */
function isMark(text: string, start: number): boolean {
  switch (text.charCodeAt(start)) {
    case 0x5b:
      return text.startsWith('[redacted', start);
    case 0x2a:
      return text.charCodeAt(start + 1) === 0x2a && text.charCodeAt(start + 2) === 0x2a;
    case 0x52:
      return text.startsWith('REDACTED', start);
    case 0x72:
      return text.startsWith('redacted', start);
    default:
      return false;
  }
}

function isWordless(text: string, start: number, end: number): boolean {
  // Their first letters; making a text to look it up is the costly part.
  if (end - start > LONGEST_WORDLESS || (firsts[text.charCodeAt(start)] ?? 0) !== WORDLESS_FIRST)
    return false;
  return WORDLESS.has(text.slice(start, end).toLowerCase());
}

/** `token: expected` is a sentence, and `password: true` tells nothing. */
function isValue(text: string, start: number, end: number, rule: string, isSentence: boolean): boolean {
  if (isWordless(text, start, end)) return false;
  // A parameter of a statement or a template.
  if (end - start <= LONGEST_PARAMETER && (firsts[text.charCodeAt(start)] ?? 0) === PARAMETER_FIRST)
    return false;
  if (!isSentence || rule === 'password') return true;
  if (end - start >= LONG_VALUE) return true;
  for (let at = start; at < end; at++) if (isAt(text, at, DIGIT)) return true;
  return false;
}

function indexOrEnd(text: string, mark: string, from: number): number {
  const index = text.indexOf(mark, from);
  return index < 0 ? text.length : index;
}

function afterTag(text: string, at: number, end: number, keys: KeyRules, found: FoundValue): number {
  if (end <= at + 1 || text.charCodeAt(end + 1) !== 0x2f || !isAt(text, at - 1, LETTER | DIGIT))
    return at + 1;
  const rule = keys.ruleAt(text, at);
  if (rule === undefined) return at + 1;
  if (!isMark(text, at + 1)) found(at + 1, end, rule);
  return end;
}

function afterOption(text: string, at: number, keys: KeyRules, found: FoundValue): number {
  let end = at;
  while (isAt(text, end, TOKEN)) end += 1;
  if (text.charCodeAt(end) !== SPACE || (classOf(text.charCodeAt(end - 1)) & SEPARATOR) !== 0) return end;
  const rule = keys.ruleAt(text, end);
  if (rule === undefined || text.charCodeAt(end + 1) === 0x2d) return end;
  const from = end + 1;
  const last = until(text, from, END);
  if (last > from && !isMark(text, from)) found(from, last, rule);
  return Math.max(last, end);
}
