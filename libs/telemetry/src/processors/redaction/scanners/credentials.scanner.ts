import { decodesToColon } from '../base64.text.js';
import { BASE64, classOf, CREDENTIAL, DIGIT, isAt, LETTER, skip } from '../characters.js';
import type { Found, Scanner } from '../scanner.js';
import { SCHEME } from '../signs.js';

const SPACE = 0x20;
const PLUS = 0x2b;
const LOWER_CASE = 0x20;
const LETTER_C = 0x63;
const LETTER_R = 0x72;
const SHORTEST_SCHEME = 'basic'.length;
const SHORTEST_BEARER = 6;
/** A word without a digit that is longer than this is none of a language. */
const LONGEST_WORD = 24;
const LONGEST_BASIC = 4096;
const EQUALS = 0x3d;

/** `Bearer …` and `Basic …`, as in an Authorization header; not `basic auth` or `bearer authentication`. */
export const credentialsScanner: Scanner = {
  name: 'credentials',
  signs: SCHEME,
  scan(text, found) {
    const { length } = text;
    for (let at = SHORTEST_SCHEME; at < length; at++) {
      if (!isGap(text.charCodeAt(at))) continue;
      const last = text.charCodeAt(at - 1) | LOWER_CASE;
      if (last === LETTER_R) {
        if (endsWith(text, at, 'bearer')) at = afterBearer(text, at + 1, found) - 1;
      } else if (last === LETTER_C && endsWith(text, at, 'basic')) {
        scanBasic(text, at + 1, found);
      }
    }
  },
};

function endsWith(text: string, end: number, word: string): boolean {
  const start = end - word.length;
  if (start < 0 || isAt(text, start - 1, LETTER)) return false;
  for (let at = 0; at < word.length; at++) {
    if ((text.charCodeAt(start + at) | LOWER_CASE) !== word.charCodeAt(at)) return false;
  }
  return true;
}

/** Gives back the next place where something else may begin. */
function afterBearer(text: string, from: number, found: Found): number {
  const start = afterSpaces(text, from);
  const { length } = text;
  let end = start;
  let isWord = true;
  let plus = -1;
  for (; end < length; end++) {
    const code = text.charCodeAt(end);
    const bits = classOf(code);
    if ((bits & CREDENTIAL) === 0) break;
    if ((bits & DIGIT) !== 0) isWord = false;
    else if (code === PLUS && plus < 0) plus = end;
  }
  const size = end - start;
  if (size >= SHORTEST_BEARER && (!isWord || size > LONGEST_WORD)) found(start, end);
  // A plus is a space, too: `bearer basic+…`.
  return plus < 0 ? end : plus;
}

/** What it stands for must be a name and a password. */
function scanBasic(text: string, from: number, found: Found): void {
  const start = afterSpaces(text, from);
  let end = skip(text, start, BASE64, LONGEST_BASIC);
  if (end - start < 4) return;
  if (!decodesToColon(text, start, end)) return;
  while (text.charCodeAt(end) === EQUALS) end += 1;
  found(start, end);
}

function afterSpaces(text: string, from: number): number {
  let at = from;
  while (at < from + 4 && isGap(text.charCodeAt(at))) at += 1;
  return at;
}

/** In forms a space is written as a plus. */
function isGap(code: number): boolean {
  return code === SPACE || code === PLUS;
}
