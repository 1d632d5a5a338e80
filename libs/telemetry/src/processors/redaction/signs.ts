// A text that shows none of these signs holds no secret of any built-in kind, and nearly all texts show none.

/** `@` */
export const AT = 1;
/** `=`, `:` or `>`: a name may have a value here. */
export const ASSIGNS = 2;
/** `%` or `\`: characters may be written by their codes. */
export const ESCAPES = 4;
/** A run of 16 letters, digits, `_` and `-`, as keys and tokens have. */
export const LONG = 8;
/** Thirteen digits or more with nothing but letters and separators between them: a card may be there. */
export const DIGITS = 16;
/** Two dashes in a row. */
export const DASHES = 32;
/** A space after a word that ends like `bearer` or `basic`. */
export const SCHEME = 64;
/** Has to be looked at whatever it holds. */
export const ANY = 128;
/** Fifteen letters, digits and separators in a row, two digits among them, in a text of ten: an IBAN may be there. */
export const ACCOUNT = 256;

const LONG_RUN = 16;
const DIGITS_OF_CARD = 13;
const DIGITS_OF_ACCOUNT = 2;
const SHORTEST_ACCOUNT = 15;
const DIGITS_OF_TEXT = 10;
const NO_BREAK_SPACE = 0xa0;

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
const LOWER_CASE = 0x20;
const SCHEME_TAIL = 3;

/** The signs of a text, in one look at each character. */
export function signsOf(text: string): number {
  const { length } = text;
  let shown = 0;
  /** Where the run of letters, digits, `_` and `-` begins. */
  let run = 0;
  /** Where the run begins that may have spaces in it, too, and the digits of it and of those before. */
  let chain = 0;
  let digits = 0;
  let before = 0;
  for (let at = 0; at < length; at++) {
    const code = text.charCodeAt(at);
    const kind = code < 128 ? (kinds[code] ?? 0) : LONG;
    if (kind === 0) continue;
    if (kind === DIGITS) {
      digits += 1;
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
    if (code === NO_BREAK_SPACE) continue;
    if (digits > 0) {
      shown |= digitSigns(digits, at - chain);
      before += digits;
      digits = 0;
    }
    chain = at + 1;
  }
  if (length - run >= LONG_RUN) shown |= LONG;
  shown |= digitSigns(digits, length - chain);
  return before + digits < DIGITS_OF_TEXT ? shown & ~ACCOUNT : shown;
}

function digitSigns(digits: number, length: number): number {
  if (digits < DIGITS_OF_ACCOUNT || length < SHORTEST_ACCOUNT) return digits < DIGITS_OF_CARD ? 0 : DIGITS;
  return digits < DIGITS_OF_CARD ? ACCOUNT : ACCOUNT | DIGITS;
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
