import type { EncodableAttributes } from '../encodable.js';
import { copyFramed, framedText, LONGEST_FRAMED_TEXT } from './framed.text.js';
import { type ProtobufWriter, varintSize } from './protobuf.writer.js';

const KEY = 0x0a;
const VALUE = 0x12;
const STRING = 0x0a;
const BOOL = 0x10;
const INT = 0x18;
const DOUBLE = 0x21;
const ARRAY = 0x2a;
const MAP = 0x32;
const BYTES = 0x3a;
const ITEM = 0x0a;

/** Up to here a loop over the characters is cheaper than the call into native code. */
const SHORT_TEXT = 24;
/** Keeps every length around an ASCII text below three bytes, and the room kept for it in case it is none small. */
const LONGEST_ASCII = 0xffff;
/** Up to here a key with its number takes less than 128 bytes. */
const SHORT_KEY = 64;
const LONGEST_SMALL_KEY = 0x60;
const INT64_LIMIT = 2 ** 63;
/** Room a key and the tags around a text value take, at most, for the guess of a length's width. */
const OVERHEAD = 16;

/** Writes every own property as a repeated KeyValue of field `tag`. */
export function writeAttributes(writer: ProtobufWriter, tag: number, attributes: EncodableAttributes): void {
  // Not `for in`: V8 optimises its body for the names it saw first, and gives up again at each other set of names.
  for (const key of Object.keys(attributes)) writeKeyValue(writer, tag, key, attributes[key]);
}

/** Writes one KeyValue. */
export function writeKeyValue(writer: ProtobufWriter, tag: number, key: string, value: unknown): void {
  if (typeof value === 'string') {
    if (writeAsciiAttribute(writer, tag, key, value)) return;
  } else if (writeSmallAttribute(writer, tag, key, value)) {
    return;
  }
  const width = typeof value === 'string' ? widthFor(value.length + key.length) : 1;
  const start = writer.open(tag, width);
  writer.knownText(KEY, key);
  writeAnyValue(writer, VALUE, value);
  writer.close(start, width);
}

/**
 * The common case in one go: for ASCII text every length is known beforehand. False, with nothing written, when it
 * turns out not to be such a text.
 */
function writeAsciiAttribute(writer: ProtobufWriter, tag: number, key: string, text: string): boolean {
  const { length } = text;
  if (key.length > LONGEST_FRAMED_TEXT || length > LONGEST_ASCII || length > writer.limits.maxTextLength)
    return false;
  const framed = framedText(key);
  const valueSize = length + 1 + varintSize(length);
  const size = framed.length + 1 + varintSize(valueSize) + valueSize;
  writer.reserve(size * 3);
  const { bytes, position } = writer;
  bytes[position] = tag;
  let at = copyFramed(framed, writer.view, putLength(bytes, position + 1, size));
  bytes[at] = VALUE;
  at = putLength(bytes, at + 1, valueSize);
  bytes[at] = STRING;
  at = putLength(bytes, at + 1, length);
  if (length <= SHORT_TEXT) {
    for (let index = 0; index < length; index++) {
      const code = text.charCodeAt(index);
      if (code > 0x7f) return false;
      bytes[at + index] = code;
    }
  } else if (bytes.write(text, at) !== length) {
    return false;
  }
  writer.position = at + length;
  return true;
}

/** The same for a boolean, a double and an integer of up to three bytes. */
function writeSmallAttribute(writer: ProtobufWriter, tag: number, key: string, value: unknown): boolean {
  if (key.length > SHORT_KEY) return false;
  const framed = framedText(key);
  if (framed.length > LONGEST_SMALL_KEY) return false;
  writer.reserve(framed.length + 16);
  const { bytes, position } = writer;
  let at = copyFramed(framed, writer.view, position + 2);
  bytes[at] = VALUE;
  const start = at + 2;
  if (typeof value === 'number') {
    if (value >= 0 && value < 0x20_0000 && Math.floor(value) === value) {
      bytes[start] = INT;
      at = putLength(bytes, start + 1, value);
    } else if (Number.isInteger(value)) {
      return false;
    } else {
      bytes[start] = DOUBLE;
      writer.view.setFloat64(start + 1, value, true);
      at = start + 9;
    }
  } else if (typeof value === 'boolean') {
    bytes[start] = BOOL;
    bytes[start + 1] = value ? 1 : 0;
    at = start + 2;
  } else {
    return false;
  }
  bytes[start - 1] = at - start;
  bytes[position] = tag;
  bytes[position + 1] = at - position - 2;
  writer.position = at;
  return true;
}

/** A varint below 2^21. */
function putLength(bytes: Uint8Array, position: number, value: number): number {
  if (value < 0x80) {
    bytes[position] = value;
    return position + 1;
  }
  bytes[position] = (value & 0x7f) | 0x80;
  if (value < 0x4000) {
    bytes[position + 1] = value >>> 7;
    return position + 2;
  }
  bytes[position + 1] = ((value >>> 7) & 0x7f) | 0x80;
  bytes[position + 2] = value >>> 14;
  return position + 3;
}

/** Writes one AnyValue as field `tag`. What OTLP has no word for (null, undefined, functions, symbols) is empty. */
export function writeAnyValue(writer: ProtobufWriter, tag: number, value: unknown): void {
  const width = typeof value === 'string' ? widthFor(value.length) : 1;
  const start = writer.open(tag, width);
  switch (typeof value) {
    case 'string':
      writer.text(STRING, value);
      break;
    case 'number':
      writeNumber(writer, value);
      break;
    case 'boolean':
      writer.varint(BOOL, value ? 1 : 0);
      break;
    case 'bigint':
      writeBigInt(writer, value);
      break;
    case 'object':
      if (value !== null) writeObject(writer, value);
      break;
    default:
  }
  writer.close(start, width);
}

function writeNumber(writer: ProtobufWriter, value: number): void {
  if (Number.isInteger(value) && value >= -INT64_LIMIT && value < INT64_LIMIT) writer.int64(INT, value);
  else writer.double(DOUBLE, value);
}

function writeBigInt(writer: ProtobufWriter, value: bigint): void {
  if (BigInt.asIntN(64, value) !== value) {
    writer.text(STRING, value.toString());
    return;
  }
  writer.byte(INT);
  writer.rawBigInt64(value);
}

function writeObject(writer: ProtobufWriter, value: object): void {
  if (value instanceof Uint8Array) {
    writer.blob(BYTES, value);
    return;
  }
  const { ancestors } = writer;
  if (ancestors.includes(value)) {
    writer.text(STRING, '[Circular]');
  } else if (ancestors.length >= writer.limits.maxDepth) {
    writer.text(STRING, '[Too deep]');
  } else {
    ancestors.push(value);
    if (Array.isArray(value)) writeArray(writer, value);
    else writeMap(writer, value as EncodableAttributes);
    ancestors.pop();
  }
}

function writeArray(writer: ProtobufWriter, values: readonly unknown[]): void {
  const start = writer.open(ARRAY, 1);
  for (let index = 0; index < values.length && writer.nodes > 0; index++) {
    writer.nodes--;
    writeAnyValue(writer, ITEM, values[index]);
  }
  writer.close(start, 1);
}

function writeMap(writer: ProtobufWriter, values: EncodableAttributes): void {
  const start = writer.open(MAP, 1);
  for (const key of Object.keys(values)) {
    if (writer.nodes <= 0) break;
    writer.nodes--;
    writeKeyValue(writer, ITEM, key, values[key]);
  }
  writer.close(start, 1);
}

function widthFor(textLength: number): number {
  const length = textLength + OVERHEAD;
  if (length < 0x80) return 1;
  return length < 0x4000 ? 2 : 3;
}
