import { decodesToColon } from '../base64.text.js';
import { BASE64, classOf, CREDENTIAL, DIGIT, isAt, LETTER, skip } from '../characters.js';
import type { Found, Scanner } from '../scanner.js';
import { SCHEME } from '../signs.js';

const SPACE = 0x20;
const PLUS = 0x2b;
const LOWER_CASE = 0x20;
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
    for (let at = 0; at < text.length; at++) {
      if (!isGap(text.charCodeAt(at))) continue;
      if (endsWith(text, at, 'bearer')) scanBearer(text, at + 1, found);
      else if (endsWith(text, at, 'basic')) scanBasic(text, at + 1, found);
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

function scanBearer(text: string, from: number, found: Found): void {
  const start = afterSpaces(text, from);
  let end = start;
  let isWord = true;
  for (; end < text.length; end++) {
    const code = text.charCodeAt(end);
    const bits = classOf(code);
    if ((bits & CREDENTIAL) === 0) break;
    if ((bits & DIGIT) !== 0) isWord = false;
  }
  const length = end - start;
  if (length >= SHORTEST_BEARER && (!isWord || length > LONGEST_WORD)) found(start, end);
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
