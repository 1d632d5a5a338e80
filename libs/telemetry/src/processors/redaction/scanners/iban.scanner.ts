import { DIGIT, isAt, LETTER } from '../characters.js';
import type { Scanner } from '../scanner.js';
import { DIGITS } from '../signs.js';

/** Countries and the lengths of their numbers, from the registry of SWIFT. */
const COUNTRIES =
  'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 ' +
  'EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 ' +
  'KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 ' +
  'PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 ' +
  'UA29 VA22 VG24 XK20 YE30';

const ALPHABET = 26;
const LOWER_CASE = 0x20;
const SHORTEST = 15;
const GROUP = 4;
const A = 0x61;
const lengths = new Uint8Array(ALPHABET * ALPHABET);
for (const entry of COUNTRIES.split(' ')) lengths[countryAt(entry, 0)] = Number(entry.slice(2));
const NONE = 0xff;
/** Digits, and letters as 10 to 35. */
const values = new Uint8Array(128).fill(NONE);
for (let digit = 0; digit < 10; digit++) values[0x30 + digit] = digit;
for (let letter = 0; letter < ALPHABET; letter++) values[0x41 + letter] = values[A + letter] = 10 + letter;
const VALUES = 36;
const DIVISOR = 97;
/** What becomes of each remainder when each value is written behind its number. */
const remainders = new Uint8Array(DIVISOR * VALUES);
for (let rest = 0; rest < DIVISOR; rest++) {
  for (let value = 0; value < VALUES; value++)
    remainders[rest * VALUES + value] = (rest * (value < 10 ? 10 : 100) + value) % DIVISOR;
}

/** Bank accounts: letters of a country, its length, and check digits that are right. Also in groups of four. */
export const ibanScanner: Scanner = {
  name: 'iban',
  signs: DIGITS,
  scan(text, found) {
    const { length } = text;
    const groups = new GroupsOfFour(text);
    let from = 0;
    // Two digits in a row cover one of every other place: only these are looked at.
    for (let at = 2; at < length; at += 2) {
      if (!isDigit(text.charCodeAt(at)) || !isLetter(text.charCodeAt(at - 2))) continue;
      const start = isLetter(text.charCodeAt(at - 1)) ? at - 2 : at - 3;
      if (start > length - SHORTEST) return;
      if (start < from || !isCandidate(text, start)) continue;
      const missing = lengths[countryAt(text, start)] ?? 0;
      const end = missing === 0 || groups.goBeyond(start, missing) ? -1 : endOfIban(text, start, missing);
      if (end < 0) continue;
      found(start, end);
      from = end;
    }
  },
};

/** Two letters and two digits in the beginning of a word. */
function isCandidate(text: string, at: number): boolean {
  return (
    at >= 0 &&
    at + 3 < text.length &&
    isDigit(text.charCodeAt(at + 2)) &&
    isDigit(text.charCodeAt(at + 3)) &&
    isLetter(text.charCodeAt(at)) &&
    isLetter(text.charCodeAt(at + 1)) &&
    !isAt(text, at - 1, LETTER | DIGIT)
  );
}

/**
 * Groups of four with one separator after each. A text may consist of nothing but beginnings of accounts: how far the
 * groups go is found once for all of them.
 */
class GroupsOfFour {
  #start = 0;
  #end = 0;

  constructor(private readonly text: string) {}

  /** Whether a number of this length that begins here would end within one of the groups. */
  goBeyond(start: number, length: number): boolean {
    const rest = length % GROUP;
    if (rest === 0) return false;
    if (start < this.#start || start >= this.#end) this.#start = this.#end = start;
    const end = start + ((length - rest) / GROUP + 1) * (GROUP + 1);
    while (this.#end < end && this.#isGroup(this.#end)) this.#end += GROUP + 1;
    return this.#end >= end;
  }

  #isGroup(at: number): boolean {
    const { text } = this;
    if (at + GROUP >= text.length || !isSeparator(text.charCodeAt(at + GROUP))) return false;
    for (let index = at; index < at + GROUP; index++) if (!isAt(text, index, LETTER | DIGIT)) return false;
    return true;
  }
}

/** Its form is looked at first: most of what begins like one is none by that. */
function endOfIban(text: string, start: number, length: number): number {
  let missing = length - 4;
  let at = start + 4;
  let isAfterSeparator = false;
  const { length: end } = text;
  for (; missing > 0; at++) {
    if (at >= end) return -1;
    const code = text.charCodeAt(at);
    if (code < 128 && values[code] !== NONE) {
      missing -= 1;
      isAfterSeparator = false;
    } else {
      // One separator after each group of four.
      if (((length - missing) & 3) !== 0 || isAfterSeparator || !isSeparator(code)) return -1;
      isAfterSeparator = true;
    }
  }
  if (isAt(text, at, LETTER | DIGIT)) return -1;
  return append(append(0, text, start + 4, at), text, start, start + 4) === 1 ? at : -1;
}

/** The remainder by 97 of a number with these characters behind it, letters as 10 to 35 (ISO 7064). */
function append(before: number, text: string, start: number, end: number): number {
  let rest = before;
  for (let at = start; at < end; at++) {
    const value = values[text.charCodeAt(at)] ?? NONE;
    if (value !== NONE) rest = remainders[rest * VALUES + value] ?? 0;
  }
  return rest;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function isLetter(code: number): boolean {
  const lower = code | LOWER_CASE;
  return lower >= A && lower < A + ALPHABET;
}

/** Two letters as one number. */
function countryAt(text: string, at: number): number {
  const first = (text.charCodeAt(at) | LOWER_CASE) - A;
  return first * ALPHABET + (text.charCodeAt(at + 1) | LOWER_CASE) - A;
}

function isSeparator(code: number): boolean {
  return code === 0x20 || code === 0x2d || code === 0x2b;
}
