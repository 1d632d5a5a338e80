const values = new Uint8Array(128).fill(64);
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
for (let index = 0; index < ALPHABET.length; index++) values[ALPHABET.charCodeAt(index)] = index;
values[0x2d] = 62;
values[0x5f] = 63;

const COLON = 0x3a;

/** The character that completes the first colon of what it stands for; `end` if it has none. */
export function indexOfColon(text: string, start: number, end: number): number {
  let bits = 0;
  let count = 0;
  for (let at = start; at < end; at++) {
    bits = ((bits << 6) | (values[text.charCodeAt(at)] ?? 0)) & 0xff_ffff;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    if (((bits >> count) & 0xff) === COLON) return at;
  }
  return end;
}

/** Not the beginning of a text. */
export const NO_TEXT = -1;
/** It may be text, but not all of it is ASCII. */
export const NOT_ASCII = -2;

// Kinds of bytes.
const PRINTABLE = 1;
const ASCII = 2;
const byteKinds = new Uint8Array(256);
for (let byte = 0; byte < 0x80; byte++) byteKinds[byte] = ASCII;
for (let byte = 0x20; byte < 0x7f; byte++) byteKinds[byte] = PRINTABLE | ASCII;
byteKinds[0x0a] = byteKinds[0x0d] = PRINTABLE | ASCII;

/**
 * Writes what it stands for behind the bytes that are there, and returns how many there are then; or that the first
 * `probe` characters, which are four or a multiple of it, are no printable ASCII, or the rest none at all.
 */
export function decodeInto(
  bytes: Uint8Array,
  used: number,
  text: string,
  start: number,
  end: number,
  probe: number,
): number {
  let length = used;
  let at = start;
  let kinds = PRINTABLE | ASCII;
  for (; at + 3 < end; at += 4) {
    const four =
      ((values[text.charCodeAt(at)] ?? 0) << 18) |
      ((values[text.charCodeAt(at + 1)] ?? 0) << 12) |
      ((values[text.charCodeAt(at + 2)] ?? 0) << 6) |
      (values[text.charCodeAt(at + 3)] ?? 0);
    const first = four >> 16;
    const second = (four >> 8) & 0xff;
    const third = four & 0xff;
    kinds &= (byteKinds[first] ?? 0) & (byteKinds[second] ?? 0) & (byteKinds[third] ?? 0);
    if ((kinds & PRINTABLE) === 0 && at < start + probe) return NO_TEXT;
    bytes[length] = first;
    bytes[length + 1] = second;
    bytes[length + 2] = third;
    length += 3;
  }
  const left = end - at;
  if (left > 1) {
    const first = ((values[text.charCodeAt(at)] ?? 0) << 2) | ((values[text.charCodeAt(at + 1)] ?? 0) >> 4);
    kinds &= byteKinds[first] ?? 0;
    bytes[length++] = first;
  }
  if (left > 2) {
    const second =
      (((values[text.charCodeAt(at + 1)] ?? 0) & 0xf) << 4) | ((values[text.charCodeAt(at + 2)] ?? 0) >> 2);
    kinds &= byteKinds[second] ?? 0;
    bytes[length++] = second;
  }
  return (kinds & ASCII) === 0 ? NOT_ASCII : length;
}
