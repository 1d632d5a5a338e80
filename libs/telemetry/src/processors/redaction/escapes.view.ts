/** A text with characters that were written by their codes, and where each of its characters stood. */
export interface DecodedText {
  readonly text: string;
  /** Index in the text it was made from, for each character and for the end. Holds until the next text is decoded. */
  readonly origins: Uint32Array;
}

/** What has been decoded twice: a text in a text. */
export type DecodedLevel = 0 | 1;

/** Room that is used again: making it anew would take as long as decoding. Texts are rarely longer (`redaction.limits`). */
const ROOM = 34_000;
const rooms: Room[] = [];

interface Room {
  readonly codes: Uint8Array;
  readonly origins: Uint32Array;
}

function roomFor(length: number, level: DecodedLevel): Room {
  if (length >= ROOM) return { codes: new Uint8Array(length), origins: new Uint32Array(length + 1) };
  return (rooms[level] ??= { codes: new Uint8Array(ROOM), origins: new Uint32Array(ROOM) });
}

const PERCENT = 0x25;
const BACKSLASH = 0x5c;
const LETTER_U = 0x75;
const LETTER_X = 0x78;
/** Stands for characters beyond ASCII, which are no part of a secret's form but may be a letter of a name. */
const OTHER = 0xff;
const NONE = 0xff;
const NO_PAIR = -1;

/** Values of hexadecimal digits. */
const digits = new Uint8Array(128).fill(NONE);
for (let value = 0; value < 16; value++) {
  const digit = value.toString(16);
  digits[digit.charCodeAt(0)] = digits[digit.toUpperCase().charCodeAt(0)] = value;
}

/**
 * `%40`, `\u0040` and `\x40` as the characters they stand for; `undefined` when there are none.
 * @param level - a text that was decoded already is at level 1, so that the first one still holds
 */
export function decodeEscapes(text: string, level: DecodedLevel): DecodedText | undefined {
  if (!hasEscape(text)) return undefined;
  // Bytes where they will do: the engine reads a text of bytes much faster than one of pairs.
  const { codes, origins } = roomFor(text.length, level);
  return decodedFrom(text, codes, origins) ?? decodedFrom(text, new Uint16Array(text.length), origins);
}

function hasEscape(text: string): boolean {
  const { length } = text;
  for (let at = 0; at < length; at++) {
    const code = text.charCodeAt(at);
    if ((code === PERCENT || code === BACKSLASH) && escapeLength(text, at) > 0) return true;
  }
  return false;
}

/** `undefined` when there are characters that the codes have no room for. */
function decodedFrom(
  text: string,
  codes: Uint8Array | Uint16Array,
  origins: Uint32Array,
): DecodedText | undefined {
  const { length } = text;
  const largest = codes.BYTES_PER_ELEMENT === 1 ? 0xff : 0xff_ff;
  let count = 0;
  let at = 0;
  while (at < length) {
    origins[count] = at;
    const code = text.charCodeAt(at);
    if (code > largest) return undefined;
    if (code === PERCENT) {
      const pair = at + 2 < length ? pairAt(text, at + 1) : NO_PAIR;
      codes[count] = pair < 0 ? code : pair > 0x7f ? OTHER : pair;
      at += pair < 0 ? 1 : 3;
    } else if (code === BACKSLASH) {
      const size = escapeLength(text, at);
      codes[count] = size === 0 ? code : codeBefore(text, at + size, size === 6);
      at += size === 0 ? 1 : size;
    } else {
      codes[count] = code;
      at += 1;
    }
    count += 1;
  }
  origins[count] = length;
  const buffer = Buffer.from(codes.buffer, 0, count * codes.BYTES_PER_ELEMENT);
  return {
    text: codes.BYTES_PER_ELEMENT === 1 ? buffer.toString('latin1') : buffer.toString('utf16le'),
    origins,
  };
}

/** The character whose last two digits, or four of them, stand before `end`. */
function codeBefore(text: string, end: number, hasFour: boolean): number {
  if (hasFour && pairAt(text, end - 4) > 0) return OTHER;
  const code = pairAt(text, end - 2);
  return code > 0x7f ? OTHER : code;
}

function escapeLength(text: string, at: number): number {
  if (at + 2 >= text.length) return 0;
  if (text.charCodeAt(at) === PERCENT) return pairAt(text, at + 1) < 0 ? 0 : 3;
  if (at + 3 >= text.length) return 0;
  const kind = text.charCodeAt(at + 1);
  if (kind === LETTER_X) return pairAt(text, at + 2) < 0 ? 0 : 4;
  if (kind !== LETTER_U || at + 5 >= text.length) return 0;
  return pairAt(text, at + 2) < 0 || pairAt(text, at + 4) < 0 ? 0 : 6;
}

/** What two hexadecimal digits stand for; {@link NO_PAIR} if they are none. */
function pairAt(text: string, at: number): number {
  const high = digitAt(text, at);
  const low = digitAt(text, at + 1);
  return high === NONE || low === NONE ? NO_PAIR : high * 16 + low;
}

function digitAt(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code < 128 ? (digits[code] ?? NONE) : NONE;
}
