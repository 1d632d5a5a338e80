import type { EncodableAttributes } from '../encodable.js';
import type { ProtobufWriter } from './protobuf.writer.js';

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

const INT64_LIMIT = 2 ** 63;
/** Room a key and the tags around a text value take, at most, for the guess of a length's width. */
const OVERHEAD = 16;

/** Writes every own property as a repeated KeyValue of field `tag`. */
export function writeAttributes(writer: ProtobufWriter, tag: number, attributes: EncodableAttributes): void {
  for (const key in attributes) {
    if (Object.hasOwn(attributes, key)) writeKeyValue(writer, tag, key, attributes[key]);
  }
}

/** Writes one KeyValue. */
export function writeKeyValue(writer: ProtobufWriter, tag: number, key: string, value: unknown): void {
  const width = typeof value === 'string' ? widthFor(value.length + key.length) : 1;
  const start = writer.open(tag, width);
  writer.knownText(KEY, key);
  writeAnyValue(writer, VALUE, value);
  writer.close(start, width);
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
  if (BigInt.asIntN(64, value) === value) writer.bigInt64(INT, value);
  else writer.text(STRING, value.toString());
}

function writeObject(writer: ProtobufWriter, value: object): void {
  if (value instanceof Uint8Array) {
    writer.bytes(BYTES, value);
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
  for (const key in values) {
    if (!Object.hasOwn(values, key)) continue;
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
