import { DIGIT, isAt, LETTER } from '../characters.js';
import type { Found, Scanner } from '../scanner.js';
import { DIGITS } from '../signs.js';

const SHORTEST = 13;
const SHORTEST_PART = 3;
const LONGEST = 19;
const ZERO = 0x30;
const DOT = 0x2e;
const DASH = 0x2d;
const NINE = 0x39;
const SPACE = 0x20;
const PLUS = 0x2b;
const NO_BREAK_SPACE = 0xa0;
const GROUP = 4;

/** Numbers of payment cards: 13 to 19 digits of a known issuer that pass the Luhn check, also in groups. */
export const cardScanner: Scanner = {
  name: 'card',
  signs: DIGITS,
  scan(text, found) {
    const groups = new DigitGroups(text, found);
    const { length } = text;
    for (let at = 0; at < length; at++) {
      if (!isDigit(text.charCodeAt(at))) continue;
      const start = at;
      do at += 1;
      while (at < length && isDigit(text.charCodeAt(at)));
      // No part of a card is so short, and many texts have lots of them.
      if (at - start < SHORTEST_PART) groups.end(at);
      else groups.add(start, at);
    }
  },
};

/**
 * Runs of digits as they come. Groups of four have the same part in the Luhn sum wherever they stand, so each is summed
 * up once.
 */
class DigitGroups {
  readonly #text: string;
  readonly #found: Found;
  /** The latest four groups of four in a row, by their number modulo four: where they start, and their parts of the sum. */
  readonly #starts = new Uint32Array(GROUP);
  readonly #sums = new Uint8Array(GROUP);
  #count = 0;
  #lastEnd = -2;
  /** Where a number starts whose first groups have four and six digits. */
  #startOfSix = -1;

  constructor(text: string, found: Found) {
    this.#text = text;
    this.#found = found;
  }

  /** Here is a run that belongs to no card. */
  end(at: number): void {
    this.#count = 0;
    this.#startOfSix = -1;
    this.#lastEnd = at;
  }

  /** Three digits or more. */
  add(start: number, end: number): void {
    const text = this.#text;
    const length = end - start;
    const isNext = this.#lastEnd === start - 1 && isSeparator(text.charCodeAt(start - 1));
    if (!isNext) {
      this.#count = 0;
      this.#startOfSix = -1;
    }
    this.#lastEnd = end;
    // No part of a card has so many, or is alone.
    const isShort = length < SHORTEST;
    if ((length > 6 && isShort) || length > LONGEST || (isShort && !isNext && !isFollowed(text, end))) {
      this.#count = 0;
      this.#startOfSix = -1;
      return;
    }
    const startOfSix = this.#startOfSix;
    this.#startOfSix = length === 6 && this.#count > 0 ? this.#startOf(1) : -1;
    if (startOfSix >= 0 && (length === 5 || length === GROUP) && this.#isCard(startOfSix, end, 10 + length)) {
      this.#report(startOfSix, end);
    } else if (length === GROUP) {
      if (isNext || isStandingAlone(text, start)) this.#addFour(start, end);
    } else {
      this.#addOther(start, end);
      this.#count = 0;
    }
  }

  #addFour(start: number, end: number): void {
    const index = this.#count % GROUP;
    this.#starts[index] = start;
    const sums = this.#sums;
    sums[index] = sumOfFour(this.#text, start);
    this.#count += 1;
    if (this.#count < GROUP || !isOver(this.#text, end)) return;
    const sum = (sums[0] ?? 0) + (sums[1] ?? 0) + (sums[2] ?? 0) + (sums[3] ?? 0);
    if (sum % 10 !== 0) return;
    const first = this.#startOf(GROUP);
    if (hasIssuer(numberAt(this.#text, first), 16)) this.#report(first, end);
  }

  /** Three digits after four groups, or a number in one piece. */
  #addOther(start: number, end: number): void {
    const length = end - start;
    const isLast = length === 3 && this.#count >= GROUP;
    const isWhole = length >= SHORTEST && length <= LONGEST && isStandingAlone(this.#text, start);
    const first = isLast ? this.#startOf(GROUP) : start;
    if ((isLast || isWhole) && this.#isCard(first, end, isLast ? LONGEST : length)) this.#report(first, end);
  }

  /** Where the latest group starts, or one before it. */
  #startOf(back: number): number {
    return this.#starts[(this.#count - back) % GROUP] ?? 0;
  }

  #isCard(start: number, end: number, digits: number): boolean {
    return isOver(this.#text, end) && isCard(this.#text, start, end, digits);
  }

  #report(start: number, end: number): void {
    this.#found(start, end);
    this.#count = 0;
  }
}

/** Whether the value of a number is one of a card. */
export function isCardNumber(value: number): boolean {
  if (value < 1e12 || !Number.isSafeInteger(value)) return false;
  const digits = String(value);
  return isCard(digits, 0, digits.length, digits.length);
}

/** Not a part of a name, of an identifier in hexadecimal, or of a fraction. */
function isStandingAlone(text: string, at: number): boolean {
  const before = text.charCodeAt(at - 1);
  if (before === DOT) return !isAt(text, at - 2, DIGIT);
  if (before === DASH) return !isAt(text, at - 2, LETTER | DIGIT);
  return !isAt(text, at - 1, LETTER);
}

function isOver(text: string, end: number): boolean {
  return !isAt(text, end, LETTER | DIGIT);
}

function isFollowed(text: string, end: number): boolean {
  return end < text.length && isSeparator(text.charCodeAt(end));
}

function isCard(text: string, start: number, end: number, digits: number): boolean {
  return hasIssuer(numberAt(text, start), digits) && passesLuhn(text, start, end);
}

/** The first four digits. */
function numberAt(text: string, start: number): number {
  let number = 0;
  for (let at = start; at < start + GROUP; at++) number = number * 10 + text.charCodeAt(at) - ZERO;
  return number;
}

/** Visa, Mastercard, American Express, Discover, JCB, Diners Club, UnionPay, Maestro, by the first four digits. */
function hasIssuer(four: number, length: number): boolean {
  const two = Math.floor(four / 100);
  if (two >= 40 && two <= 49) return length === 13 || length === 16 || length === 19;
  if ((two >= 51 && two <= 55) || (four >= 2221 && four <= 2720)) return length === 16;
  if (two === 34 || two === 37) return length === 15;
  if (two === 30 || two === 36 || two === 38 || two === 39)
    return length === 14 || (length >= 16 && length <= LONGEST);
  const isOther = two === 35 || two === 50 || (two >= 56 && two <= 58) || two === 62 || two === 67;
  return (isOther || four === 6011 || two === 64 || two === 65) && length >= 16 && length <= LONGEST;
}

function passesLuhn(text: string, start: number, end: number): boolean {
  return sumOf(text, start, end) % 10 === 0;
}

/** A digit that counts twice: the sum of the digits of its double. */
const TWICE = Uint8Array.of(0, 2, 4, 6, 8, 1, 3, 5, 7, 9);

/** The sum of the Luhn check. Passes over what is no digit. */
function sumOf(text: string, start: number, end: number): number {
  let sum = 0;
  let isDoubled = false;
  for (let at = end - 1; at >= start; at--) {
    const digit = text.charCodeAt(at) - ZERO;
    if (digit < 0 || digit > 9) continue;
    sum += isDoubled ? (TWICE[digit] ?? 0) : digit;
    isDoubled = !isDoubled;
  }
  return sum;
}

/** The part that a group of four digits has in it. */
function sumOfFour(text: string, start: number): number {
  const last = text.charCodeAt(start + 1) + text.charCodeAt(start + 3) - 2 * ZERO;
  const first = TWICE[text.charCodeAt(start) - ZERO] ?? 0;
  return last + first + (TWICE[text.charCodeAt(start + 2) - ZERO] ?? 0);
}

function isDigit(code: number): boolean {
  return code >= ZERO && code <= NINE;
}

function isSeparator(code: number): boolean {
  return code === SPACE || code === DASH || code === PLUS || code === NO_BREAK_SPACE;
}
