import { indexOfColon } from '../base64.text.js';
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
/** So many characters of base64 stand for whole bytes. */
const GROUP = 4;

/** `Bearer …` and `Basic …`, as in an Authorization header; not `basic auth` or `bearer authentication`. */
export const credentialsScanner: Scanner = {
  name: 'credentials',
  signs: SCHEME,
  scan(text, found) {
    const { length } = text;
    const pairs = new EncodedPairs(text);
    for (let at = SHORTEST_SCHEME; at < length; at++) {
      if (!isGap(text.charCodeAt(at))) continue;
      const last = text.charCodeAt(at - 1) | LOWER_CASE;
      if (last === LETTER_R) {
        if (endsWith(text, at, 'bearer')) at = afterBearer(text, at + 1, found) - 1;
      } else if (last === LETTER_C && endsWith(text, at, 'basic')) {
        const start = afterSpaces(text, at + 1);
        const end = pairs.endOf(start);
        if (end >= 0) found(start, end);
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
  if (size >= SHORTEST_BEARER && (!isWord || size > LONGEST_WORD)) {
    found(start, end);
    // What begins within it ends with it, but for one behind whose word it is over: `bearer bearer+ …`.
    while (end > start && text.charCodeAt(end - 1) === PLUS) end -= 1;
    return end;
  }
  // A plus is a space, too: `bearer basic+…`.
  return plus < 0 ? end : plus;
}

/**
 * Names with passwords in base64. A plus is a space, but one of base64 as well, so that a text may consist of nothing but
 * beginnings that run into each other: each run is read once for all of them.
 */
class EncodedPairs {
  readonly #text: string;
  #runStart = 0;
  #runEnd = 0;
  /** Where the next colon is known to be, by the place that the beginning has in a group of four. */
  readonly #colons = [0, 0, 0, 0];

  constructor(text: string) {
    this.#text = text;
  }

  /** Where the one ends that begins here; -1 if what is there does not stand for a name and a password. */
  endOf(start: number): number {
    const text = this.#text;
    if (start < this.#runStart || start >= this.#runEnd) {
      this.#runStart = start;
      this.#runEnd = skip(text, start, BASE64);
      this.#colons.fill(0);
    }
    let end = Math.min(this.#runEnd, start + LONGEST_BASIC);
    if (end - start < GROUP || this.#colonFrom(start) >= end) return -1;
    while (text.charCodeAt(end) === EQUALS) end += 1;
    return end;
  }

  /** The last character that is needed for the first colon of what begins here; the end of the run if there is none. */
  #colonFrom(start: number): number {
    const phase = start % GROUP;
    const known = this.#colons[phase] ?? 0;
    if (known > start) return known;
    return (this.#colons[phase] = indexOfColon(this.#text, start, this.#runEnd));
  }
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
