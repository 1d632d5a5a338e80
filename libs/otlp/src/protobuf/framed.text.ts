import { GenerationalCache } from './generational.cache.js';

/** Longer texts are not remembered. */
export const LONGEST_FRAMED_TEXT = 100;
const REMEMBERED_TEXTS = 4096;
/** A power of two. */
const PLACES = 512;
const STRING = 0x0a;

/** A text that comes again and again as it stands on the wire: tag, length, UTF-8. */
interface FramedText {
  /** Little-endian, padded with zeros: copying four bytes at once halves the cost of short texts. */
  readonly words: Int32Array;
  readonly length: number;
}

const remembered = new GenerationalCache<FramedText>(REMEMBERED_TEXTS);
/**
 * The text that came last in each place, and how it stands on the wire once it came again. Not a map: to look for a text
 * in a map makes Node 26 keep it in a table of its own, which costs more than to write it.
 */
const lately = Array.from({ length: PLACES }, (): { text: string; framed: FramedText | undefined } => ({
  text: '',
  framed: undefined,
}));

/** The text as field 1; another tag can be written over the first byte. */
export function framedText(text: string): FramedText {
  return remembered.get(text) ?? remember(text);
}

/**
 * The same for a text that has come before; undefined when it has not, as far as is known: a text with a number in it
 * would otherwise be made ready for a second time that never comes.
 */
export function recurringText(text: string): FramedText | undefined {
  const last = lately[placeOf(text)] as (typeof lately)[number];
  if (last.text === text) return (last.framed ??= frame(text));
  last.text = text;
  last.framed = undefined;
  return undefined;
}

/** Copies to `position`, where there must be room for three bytes more, and returns the position after the text. */
export function copyFramed(framed: FramedText, target: DataView, position: number): number {
  const { words, length } = framed;
  for (let index = 0; index < words.length; index++) {
    target.setInt32(position + (index << 2), words[index] as number, true);
  }
  return position + length;
}

/** Names differ most at their end. */
function placeOf(text: string): number {
  const { length } = text;
  let mixed = length;
  for (let index = Math.max(0, length - 4); index < length; index += 1) {
    mixed = Math.imul(mixed, 31) + text.charCodeAt(index);
  }
  return mixed & (PLACES - 1);
}

function remember(text: string): FramedText {
  const framed = frame(text);
  remembered.set(text, framed);
  return framed;
}

function frame(text: string): FramedText {
  const encoded = Buffer.from(text);
  // At most 300 bytes, so the length takes one or two.
  const header =
    encoded.length < 0x80 ? [encoded.length] : [(encoded.length & 0x7f) | 0x80, encoded.length >>> 7];
  const bytes = Buffer.from([STRING, ...header, ...encoded, 0, 0, 0]);
  const length = bytes.length - 3;
  const words = Int32Array.from({ length: (length + 3) >> 2 }, (_, index) => bytes.readInt32LE(index * 4));
  return { words, length };
}
