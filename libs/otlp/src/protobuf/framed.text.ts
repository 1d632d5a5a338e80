import { GenerationalCache } from './generational.cache.js';

/** Longer texts are not remembered. */
export const LONGEST_FRAMED_TEXT = 100;
const REMEMBERED_TEXTS = 4096;
const STRING = 0x0a;

/** A text that comes again and again as it stands on the wire: tag, length, UTF-8. */
interface FramedText {
  /** Little-endian, padded with zeros: copying four bytes at once halves the cost of short texts. */
  readonly words: Int32Array;
  readonly length: number;
}

const remembered = new GenerationalCache<FramedText>(REMEMBERED_TEXTS);

/** The text as field 1; another tag can be written over the first byte. */
export function framedText(text: string): FramedText {
  return remembered.get(text) ?? remember(text);
}

/** Copies to `position`, where there must be room for three bytes more, and returns the position after the text. */
export function copyFramed(framed: FramedText, target: DataView, position: number): number {
  const { words, length } = framed;
  for (let index = 0; index < words.length; index++) {
    target.setInt32(position + (index << 2), words[index] as number, true);
  }
  return position + length;
}

function remember(text: string): FramedText {
  const encoded = Buffer.from(text);
  // At most 300 bytes, so the length takes one or two.
  const header =
    encoded.length < 0x80 ? [encoded.length] : [(encoded.length & 0x7f) | 0x80, encoded.length >>> 7];
  const bytes = Buffer.from([STRING, ...header, ...encoded, 0, 0, 0]);
  const length = bytes.length - 3;
  const words = Int32Array.from({ length: (length + 3) >> 2 }, (_, index) => bytes.readInt32LE(index * 4));
  const framed = { words, length };
  remembered.set(text, framed);
  return framed;
}
