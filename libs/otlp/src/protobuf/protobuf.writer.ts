import type { EncodeLimits } from '../encode.options.js';
import { copyFramed, LONGEST_FRAMED_TEXT, recurringText } from './framed.text.js';

/** Up to here a loop over the characters is cheaper than the call into native code. */
const SHORT_TEXT = 24;
const INITIAL_SIZE = 64 * 1024;
/** A writer that grew beyond this for one giant batch gives the memory back. */
const RETAINED_SIZE = 4 * 1024 * 1024;
/** The value of each ASCII character as a hexadecimal digit; 16 for the others. */
const NIBBLES = Uint8Array.from({ length: 128 }, (_, code) => {
  const digit = '0123456789abcdef'.indexOf(String.fromCharCode(code).toLowerCase());
  return digit < 0 ? 16 : digit;
});
const TWO_POW_32 = 0x1_0000_0000;

/**
 * Appends protobuf fields to one growing buffer. Lengths of nested messages are written after their content, into
 * room kept by {@link open}; when the guess was wrong, the content moves.
 *
 * `tag` is always the encoded byte, `field number << 3 | wire type`.
 */
export class ProtobufWriter {
  position = 0;
  /** Array elements and map entries that may still be written. */
  nodes = 0;
  /** The containers around the value being written. */
  readonly ancestors: object[] = [];
  limits: EncodeLimits = { maxTextLength: 0, maxDepth: 0, maxNodes: 0 };

  /** The buffer, for hot paths that write to it themselves: only after {@link reserve}, which may replace it. */
  bytes = Buffer.allocUnsafeSlow(INITIAL_SIZE);
  view = new DataView(this.bytes.buffer);
  /** Spans of one trace tend to come together. */
  #lastTraceId = '';
  readonly #lastTrace = new Int32Array(4);

  /** Starts over, with everything written so far forgotten. */
  reset(limits: EncodeLimits): void {
    this.limits = limits;
    this.rewind(0);
    if (this.bytes.length > RETAINED_SIZE) this.#allocate(INITIAL_SIZE);
  }

  /** Forgets what was written since `position`, and starts the next record with its full budget. */
  rewind(position: number): void {
    this.position = position;
    this.nodes = this.limits.maxNodes;
    if (this.ancestors.length > 0) this.ancestors.length = 0;
  }

  /** Copies a part of what was written, into memory shared with other small copies. */
  copy(start: number, end: number): Uint8Array {
    const copied = Buffer.allocUnsafe(end - start);
    this.bytes.copy(copied, 0, start, end);
    return copied;
  }

  /** What was written, valid until the next write. */
  peek(start: number, end: number): Uint8Array {
    return this.bytes.subarray(start, end);
  }

  /** Keeps `width` bytes for the length of a nested message; pass the result to {@link close}. */
  open(tag: number, width: number): number {
    this.reserve(6);
    this.bytes[this.position] = tag;
    this.position += width + 1;
    return this.position;
  }

  /** Writes the length of the message that began at `start`, for which `width` bytes were kept. */
  close(start: number, width: number): void {
    const length = this.position - start;
    if (length < 0x80 && width === 1) {
      this.bytes[start - 1] = length;
      return;
    }
    const needed = varintSize(length);
    if (needed !== width) {
      this.reserve(needed);
      this.bytes.copyWithin(start - width + needed, start, this.position);
      this.position += needed - width;
    }
    this.#varintAt(start - width, length);
  }

  varint(tag: number, value: number): void {
    this.reserve(6);
    this.bytes[this.position] = tag;
    this.position = this.#varintAt(this.position + 1, value);
  }

  /** A 64-bit integer in two's complement; `value` is any integer a number can hold between -2^63 and 2^63. */
  int64(tag: number, value: number): void {
    this.byte(tag);
    this.rawInt64(value);
  }

  /** The same without a tag, for packed lists. */
  rawInt64(value: number): void {
    this.reserve(10);
    const { bytes } = this;
    let at = this.position;
    if (value >= 0 && value < TWO_POW_32) {
      this.position = this.#varintAt(at, value);
      return;
    }
    let high = Math.floor(value / TWO_POW_32);
    let low = (value - high * TWO_POW_32) >>> 0;
    high >>>= 0;
    while (high > 0) {
      bytes[at++] = (low & 0x7f) | 0x80;
      low = ((low >>> 7) | (high << 25)) >>> 0;
      high >>>= 7;
    }
    this.position = this.#varintAt(at, low);
  }

  /** Like {@link rawInt64}, exact beyond 2^53. */
  rawBigInt64(value: bigint): void {
    let rest = BigInt.asUintN(64, value);
    for (; rest > 0x7fn; rest >>= 7n) this.byte(Number(rest & 0x7fn) | 0x80);
    this.byte(Number(rest));
  }

  fixed32(tag: number, value: number): void {
    this.byte(tag);
    this.rawFixed32(value);
  }

  rawFixed32(value: number): void {
    this.reserve(4);
    this.view.setInt32(this.position, value, true);
    this.position += 4;
  }

  fixed64(tag: number, low: number, high: number): void {
    this.byte(tag);
    this.rawFixed64(low, high);
  }

  /** The same without a tag, for packed lists. */
  rawFixed64(low: number, high: number): void {
    this.reserve(8);
    this.view.setInt32(this.position, low, true);
    this.view.setInt32(this.position + 4, high, true);
    this.position += 8;
  }

  double(tag: number, value: number): void {
    this.byte(tag);
    this.rawDouble(value);
  }

  /** The same without a tag, for packed lists. */
  rawDouble(value: number): void {
    this.reserve(8);
    this.view.setFloat64(this.position, value, true);
    this.position += 8;
  }

  /** One byte as it is: the second half of a tag above 15. */
  byte(value: number): void {
    this.reserve(1);
    this.bytes[this.position++] = value;
  }

  /** Bytes as they are, without tag and length. */
  raw(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.bytes.set(bytes, this.position);
    this.position += bytes.length;
  }

  blob(tag: number, value: Uint8Array): void {
    this.varint(tag, value.length);
    this.raw(value);
  }

  /** An identifier from its hexadecimal digits; nothing at all when it is malformed, as half an id is refused. */
  hex(tag: number, digits: unknown, size: number): void {
    if (typeof digits !== 'string' || digits.length !== size * 2) return;
    this.reserve(size + 2);
    const { bytes, view, position } = this;
    const start = position + 2;
    bytes[position] = tag;
    bytes[position + 1] = size;
    if (digits === this.#lastTraceId) {
      for (let index = 0; index < 4; index++)
        view.setInt32(start + index * 4, this.#lastTrace[index] as number, true);
    } else {
      if (!putHex(bytes, start, digits)) return;
      if (size === 16) {
        this.#lastTraceId = digits;
        for (let index = 0; index < 4; index++)
          this.#lastTrace[index] = view.getInt32(start + index * 4, true);
      }
    }
    this.position = start + size;
  }

  /** Text as UTF-8; a lone surrogate becomes U+FFFD. */
  text(tag: number, value: string): void {
    const text = value.length > this.limits.maxTextLength ? cut(value, this.limits.maxTextLength) : value;
    const length = text.length;
    this.reserve(length * 3 + 6);
    const bytes = this.bytes;
    const at = this.position + 1;
    bytes[at - 1] = tag;
    if (length <= SHORT_TEXT) {
      const start = at + 1;
      let index = 0;
      for (; index < length; index++) {
        const code = text.charCodeAt(index);
        if (code > 0x7f) break;
        bytes[start + index] = code;
      }
      if (index === length) {
        bytes[at] = length;
        this.position = start + length;
        return;
      }
    }
    const width = varintSize(length);
    const written = bytes.write(text, at + width);
    const needed = varintSize(written);
    if (needed !== width) bytes.copyWithin(at + needed, at + width, at + width + written);
    this.position = this.#varintAt(at, written) + written;
  }

  /** Like {@link text}, for texts that mostly come again and again: span names. */
  knownText(tag: number, value: string): void {
    const isShort = value.length <= Math.min(LONGEST_FRAMED_TEXT, this.limits.maxTextLength);
    const framed = isShort ? recurringText(value) : undefined;
    if (framed === undefined) {
      this.text(tag, value);
      return;
    }
    this.reserve(framed.length + 3);
    this.position = copyFramed(framed, this.view, this.position);
    this.bytes[this.position - framed.length] = tag;
  }

  #varintAt(position: number, value: number): number {
    const bytes = this.bytes;
    let at = position;
    let rest = value;
    while (rest > 0x7f) {
      bytes[at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    bytes[at++] = rest;
    return at;
  }

  /** Makes room for `size` more bytes. */
  reserve(size: number): void {
    if (this.position + size > this.bytes.length) this.#grow(size);
  }

  #grow(size: number): void {
    const old = this.bytes;
    this.#allocate(Math.max(old.length * 2, this.position + size));
    this.bytes.set(old.subarray(0, this.position));
  }

  #allocate(size: number): void {
    this.bytes = Buffer.allocUnsafeSlow(size);
    this.view = new DataView(this.bytes.buffer);
  }
}

/** Bytes a length takes as a varint. */
export function varintSize(value: number): number {
  if (value < 0x80) return 1;
  if (value < 0x4000) return 2;
  if (value < 0x20_0000) return 3;
  return value < 0x1000_0000 ? 4 : 5;
}

/** False when a character is no hexadecimal digit. */
function putHex(bytes: Uint8Array, position: number, digits: string): boolean {
  let codes = 0;
  let nibbles = 0;
  for (let index = 0, at = position; index < digits.length; index += 2, at++) {
    const first = digits.charCodeAt(index);
    const second = digits.charCodeAt(index + 1);
    codes |= first | second;
    const high = NIBBLES[first & 0x7f] as number;
    const low = NIBBLES[second & 0x7f] as number;
    nibbles |= high | low;
    bytes[at] = (high << 4) | low;
  }
  return codes < 0x80 && nibbles < 0x10;
}

/** Cuts before a surrogate pair rather than through it. */
function cut(text: string, length: number): string {
  const last = text.charCodeAt(length - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? length - 1 : length);
}
