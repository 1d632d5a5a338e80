import type { Scanner } from '../scanner.js';
import { DASHES } from '../signs.js';

const BEGIN = '-----BEGIN';
const KEY = 'PRIVATE';
const KEY_LENGTH = 'PRIVATE KEY'.length;
const END = '-----END';
const DASHES_AFTER = '-----';
const LONGEST_TITLE = 64;
const DASH = 0x2d;
const SPACE = 0x20;
const PLUS = 0x2b;
const LETTER_P = 0x50;

/** Private keys in PEM, from `BEGIN` to `END`, or to the end of a text that was cut. */
export const privateKeyScanner: Scanner = {
  name: 'private_key',
  signs: DASHES,
  scan(text, found) {
    let start = text.indexOf(BEGIN);
    while (start >= 0) {
      let next = start + BEGIN.length;
      if (isOfKey(text, start)) {
        const end = text.indexOf(END, next);
        const after = end < 0 ? -1 : text.indexOf(DASHES_AFTER, end + END.length);
        next = after < 0 ? text.length : after + DASHES_AFTER.length;
        found(start, next);
      }
      start = text.indexOf(BEGIN, next);
    }
  },
};

/** Whether what begins here is titled as a private key. In forms a space is written as a plus. */
function isOfKey(text: string, start: number): boolean {
  const limit = Math.min(text.length, start + LONGEST_TITLE) - KEY_LENGTH;
  for (let at = start + BEGIN.length; at <= limit; at++) {
    const code = text.charCodeAt(at);
    // The title is over.
    if (code === DASH && text.charCodeAt(at + 1) === DASH) return false;
    if (code !== LETTER_P || !text.startsWith(KEY, at)) continue;
    const gap = text.charCodeAt(at + KEY.length);
    if ((gap === SPACE || gap === PLUS) && text.startsWith('KEY', at + KEY.length + 1)) return true;
  }
  return false;
}
