import {
  DEFAULTS,
  type Field,
  type MessageData,
  MessageType,
  type ScalarType,
} from '../model/message.type.js';
import type { ProtobufWriter } from './protobuf.writer.js';
import { DELIMITED, WIRE_TYPES } from './wire.types.js';

const LENGTH_WIDTH = 2;

/** Writes the fields of one message that are set and differ from their default. */
export function writeMessage(writer: ProtobufWriter, type: MessageType, data: MessageData): void {
  for (const field of type.fields) {
    const value = data[field.name];
    if (value === undefined || value === null) continue;
    if (field.isRepeated) writeRepeated(writer, field, value as readonly unknown[]);
    else if (field.hasPresence || value !== DEFAULTS[field.type as ScalarType])
      writeValue(writer, field, value);
  }
}

function writeRepeated(writer: ProtobufWriter, field: Field, values: readonly unknown[]): void {
  const { type } = field;
  if (type instanceof MessageType || WIRE_TYPES[type] === DELIMITED) {
    for (const value of values) writeValue(writer, field, value);
  } else if (values.length > 0) {
    const start = writer.open(tagOf(field.number, DELIMITED), LENGTH_WIDTH);
    for (const value of values) PAYLOADS[type](writer, value as never);
    writer.close(start, LENGTH_WIDTH);
  }
}

function writeValue(writer: ProtobufWriter, field: Field, value: unknown): void {
  const { type, number } = field;
  const wireType = type instanceof MessageType ? DELIMITED : WIRE_TYPES[type];
  let tag = tagOf(number, wireType);
  if (tag > 0x7f) {
    writer.byte((tag & 0x7f) | 0x80);
    tag >>>= 7;
  }
  if (type instanceof MessageType) {
    const start = writer.open(tag, LENGTH_WIDTH);
    writeMessage(writer, type, value as MessageData);
    writer.close(start, LENGTH_WIDTH);
  } else {
    writer.byte(tag);
    PAYLOADS[type](writer, value as never);
  }
}

/** Writes a value of each type without its tag. */
const PAYLOADS: Readonly<Record<ScalarType, (writer: ProtobufWriter, value: never) => void>> = {
  string: (writer, value: string) => writeBlob(writer, Buffer.from(value)),
  bytes: writeBlob,
  id: (writer, value: string) => writeBlob(writer, Buffer.from(value, 'hex')),
  bool: (writer, value: boolean) => writer.byte(value ? 1 : 0),
  double: (writer, value: number) => writer.rawDouble(value),
  enum: (writer, value: number) => writer.rawInt64(value),
  uint32: (writer, value: number) => writer.rawInt64(value),
  sint32: (writer, value: number) => writer.rawInt64(((value << 1) ^ (value >> 31)) >>> 0),
  fixed32: (writer, value: number) => writer.rawFixed32(value),
  int64: (writer, value: bigint) => writer.rawBigInt64(value),
  uint64: (writer, value: bigint) => writer.rawBigInt64(value),
  fixed64: writeFixed64,
  sfixed64: writeFixed64,
};

function writeBlob(writer: ProtobufWriter, value: Uint8Array): void {
  writer.rawInt64(value.length);
  writer.raw(value);
}

function writeFixed64(writer: ProtobufWriter, value: bigint): void {
  writer.rawFixed64(Number(value & 0xffff_ffffn), Number(value >> 32n));
}

function tagOf(number: number, wireType: number): number {
  return (number << 3) | wireType;
}
