import { DIGIT, isAt, LETTER } from './characters.js';

// A text that shows none of these signs holds no secret of any built-in kind, and nearly all texts show none.

/** `@` */
export const AT = 1;
/** `=`, `:` or `>`: a name may have a value here. */
export const ASSIGNS = 2;
/** `%` or `\`: characters may be written by their codes. */
export const ESCAPES = 4;
/** A run of 16 letters, digits, `_` and `-`, as keys and tokens have. */
export const LONG = 8;
/** Thirteen digits with at most one separator after each: a card may be there. */
export const DIGITS = 16;
/** Two dashes in a row. */
export const DASHES = 32;
/** A space after a word that ends like `bearer` or `basic`. */
export const SCHEME = 64;
/** Has to be looked at whatever it holds. */
export const ANY = 128;
/** A word that begins with two letters and a digit, in a text of ten digits: an IBAN may be there. */
export const ACCOUNT = 256;

const LONG_RUN = 16;
const DIGITS_OF_CARD = 13;
const MANY_DIGITS = 10;

// What each character may show. Letters and `_` show nothing alone, and most characters are letters.
const kinds = new Uint8Array(128).fill(LONG);
kinds[0x5f] = 0;
for (let code = 0x41; code <= 0x5a; code++) kinds[code] = kinds[code + 0x20] = 0;
for (let code = 0x30; code <= 0x39; code++) kinds[code] = DIGITS;
for (const character of '=:>') kinds[character.charCodeAt(0)] = ASSIGNS;
for (const character of '%\\') kinds[character.charCodeAt(0)] = ESCAPES;
kinds[0x40] = AT;
kinds[0x2d] = DASHES;
// In forms a space is written as a plus.
kinds[0x20] = kinds[0x2b] = SCHEME;

const SHOWN = AT | ASSIGNS | ESCAPES;
const DASH = 0x2d;
const SPACE = 0x20;
const PLUS = 0x2b;
const NO_BREAK_SPACE = 0xa0;
const LOWER_CASE = 0x20;
const SCHEME_TAIL = 3;

/** The signs of a text, in one look at each character. */
export function signsOf(text: string): number {
  const { length } = text;
  let shown = 0;
  /** Where the run of letters, digits, `_` and `-` begins. */
  let run = 0;
  let digits = 0;
  let lastDigit = -3;
  /** How many digits stand before those that a card may be made of. */
  let others = 0;
  for (let at = 0; at < length; at++) {
    const code = text.charCodeAt(at);
    const kind = code < 128 ? (kinds[code] ?? 0) : LONG;
    if (kind === 0) continue;
    if (kind === DIGITS) {
      const gap = at - lastDigit;
      lastDigit = at;
      if (gap !== 1) {
        if (gap > 2 || !partsCards(text.charCodeAt(at - 1))) others = digits;
        if ((shown & ACCOUNT) === 0 && isAfterCountry(text, at)) shown |= ACCOUNT;
      }
      digits += 1;
      if (digits - others >= DIGITS_OF_CARD) shown |= DIGITS;
      continue;
    }
    if (kind === DASHES) {
      if ((shown & DASHES) === 0 && at > 0 && text.charCodeAt(at - 1) === DASH) shown |= DASHES;
      continue;
    }
    if (at - run >= LONG_RUN) shown |= LONG;
    run = at + 1;
    if (kind === SCHEME) {
      if ((shown & SCHEME) === 0 && at >= SCHEME_TAIL && endsLikeScheme(text, at)) shown |= SCHEME;
      continue;
    }
    shown |= kind & SHOWN;
  }
  if (length - run >= LONG_RUN) shown |= LONG;
  return digits < MANY_DIGITS ? shown & ~ACCOUNT : shown;
}

function partsCards(code: number): boolean {
  return code === SPACE || code === DASH || code === PLUS || code === NO_BREAK_SPACE;
}

/** Whether the word there begins with two letters. */
function isAfterCountry(text: string, at: number): boolean {
  return (
    at >= 2 && isAt(text, at - 1, LETTER) && isAt(text, at - 2, LETTER) && !isAt(text, at - 3, LETTER | DIGIT)
  );
}

/** `rer` or `sic`: many words end as `bearer` and `basic` do in their last letters. */
function endsLikeScheme(text: string, end: number): boolean {
  const last = text.charCodeAt(end - 1) | LOWER_CASE;
  if (last === 0x72)
    return (
      (text.charCodeAt(end - 2) | LOWER_CASE) === 0x65 && (text.charCodeAt(end - 3) | LOWER_CASE) === last
    );
  return (
    last === 0x63 &&
    (text.charCodeAt(end - 2) | LOWER_CASE) === 0x69 &&
    (text.charCodeAt(end - 3) | LOWER_CASE) === 0x73
  );
}
