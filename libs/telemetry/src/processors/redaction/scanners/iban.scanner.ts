import { DIGIT, isAt, LETTER } from '../characters.js';
import type { Scanner } from '../scanner.js';
import { ACCOUNT } from '../signs.js';
import { isWithinUuid } from '../uuid.js';

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
/** Powers of ten by the divisor come again after so many. */
const POWERS = DIVISOR - 1;
const powers = new Uint8Array(POWERS);
for (let exponent = 0, power = 1; exponent < POWERS; exponent++, power = (power * 10) % DIVISOR)
  powers[exponent] = power;
const GROUP = 4;
/** More groups than the longest number has, and a power of two. */
const KEPT = 16;

/** Bank accounts: letters of a country, its length, and check digits that are right. Also in groups of four. */
export const ibanScanner: Scanner = {
  name: 'iban',
  signs: ACCOUNT,
  scan(text, found) {
    const { length } = text;
    const groups = new Groups(text);
    let from = 0;
    // Two digits in a row cover one of every other place: only these are looked at.
    for (let at = 2; at < length; at += 2) {
      if (!isDigit(text.charCodeAt(at)) || !isLetter(text.charCodeAt(at - 2))) continue;
      const start = isLetter(text.charCodeAt(at - 1)) ? at - 2 : at - 3;
      if (start > length - SHORTEST) return;
      if (start < from || !isCandidate(text, start)) continue;
      const missing = lengths[countryAt(text, start)] ?? 0;
      const end = missing === 0 ? -1 : groups.endOfIban(start, missing);
      // One UUID in eight thousand has right check digits, and it is the last thing to hide.
      if (end < 0 || isWithinUuid(text, start)) continue;
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
 * Groups of four letters and digits with at most one separator after each. A text may consist of nothing but beginnings of
 * accounts that lie over each other: each group is read once for all of them, and the remainder of some groups is made from
 * those of the first ones up to their two ends.
 */
class Groups {
  readonly #text: string;
  /** Of the latest groups, by their number: where they begin, and what those before them come to. */
  readonly #starts = new Uint32Array(KEPT);
  readonly #remainders = new Uint8Array(KEPT);
  readonly #exponents = new Uint8Array(KEPT);
  /** How many there are. The start of the next one is known, too. */
  #count = 0;
  #next = -1;
  /** The number of the group that the latest account begins with. */
  #first = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** Where an account ends that begins here; -1 if there is none. */
  endOfIban(start: number, length: number): number {
    const text = this.#text;
    const first = this.#numberOf(start);
    const last = first + (length >> 2);
    if (!this.#readTo(last)) return -1;
    const left = length & 3;
    const tail =
      left === 0
        ? (this.#starts[(last - 1) & (KEPT - 1)] ?? 0) + GROUP
        : (this.#starts[last & (KEPT - 1)] ?? 0);
    const end = tail + left;
    if (end > text.length || isAt(text, end, LETTER | DIGIT)) return -1;
    const rest = append(
      append(this.#remainder(first + 1, last), text, tail, end),
      text,
      start,
      start + GROUP,
    );
    return rest === 1 ? end : -1;
  }

  /** The number of the group there, which is one of those that were read or the first of new ones. */
  #numberOf(start: number): number {
    if (start <= this.#next) {
      while ((this.#starts[this.#first & (KEPT - 1)] ?? 0) < start) this.#first += 1;
    } else {
      this.#first = this.#count = 0;
      this.#starts[0] = this.#next = start;
      this.#remainders[0] = this.#exponents[0] = 0;
    }
    return this.#first;
  }

  /** Whether there are so many groups. */
  #readTo(count: number): boolean {
    const text = this.#text;
    const { length } = text;
    while (this.#count < count) {
      const start = this.#next;
      const end = start + GROUP;
      if (end > length) return false;
      const index = this.#count & (KEPT - 1);
      let rest = this.#remainders[index] ?? 0;
      let exponent = this.#exponents[index] ?? 0;
      for (let at = start; at < end; at++) {
        const value = valueOf(text.charCodeAt(at));
        if (value === NONE) return false;
        rest = remainders[rest * VALUES + value] ?? 0;
        exponent += value < 10 ? 1 : 2;
      }
      const following = (index + 1) & (KEPT - 1);
      this.#remainders[following] = rest;
      this.#exponents[following] = exponent < POWERS ? exponent : exponent - POWERS;
      this.#next = end < length && isSeparator(text.charCodeAt(end)) ? end + 1 : end;
      this.#starts[following] = this.#next;
      this.#count += 1;
    }
    return true;
  }

  /** The remainder of some of the groups. */
  #remainder(from: number, to: number): number {
    const [start, end] = [from & (KEPT - 1), to & (KEPT - 1)];
    const digits = (this.#exponents[end] ?? 0) - (this.#exponents[start] ?? 0);
    const before = (this.#remainders[start] ?? 0) * (powers[digits < 0 ? digits + POWERS : digits] ?? 0);
    return ((this.#remainders[end] ?? 0) + DIVISOR - (before % DIVISOR)) % DIVISOR;
  }
}

/**
 * The remainder by 97 of a number with these characters behind it, letters as 10 to 35 (ISO 7064); {@link NONE} if there is
 * another one among them.
 */
function append(before: number, text: string, start: number, end: number): number {
  let rest = before;
  for (let at = start; at < end; at++) {
    const value = valueOf(text.charCodeAt(at));
    if (value === NONE) return NONE;
    rest = remainders[rest * VALUES + value] ?? NONE;
  }
  return rest;
}

function valueOf(code: number): number {
  return code < 128 ? (values[code] ?? NONE) : NONE;
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
