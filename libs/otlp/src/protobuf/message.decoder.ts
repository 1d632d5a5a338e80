import type { DecodeBudget } from '../decode.options.js';
import { type Field, type MessageData, MessageType, type ScalarType } from '../model/message.type.js';
import { OtlpDecodeError } from '../otlp.errors.js';
import type { ProtobufReader } from './protobuf.reader.js';
import { DELIMITED, WIRE_TYPES } from './wire.types.js';

/** A bigint, or a number that is no small integer, with its place in a list. */
const SCALAR_COST = 40;

/** Reads one message up to the end of the reader. Fields that are not in `type` are skipped. */
export function readMessage(
  reader: ProtobufReader,
  type: MessageType,
  budget: DecodeBudget,
  depth: number,
  existing?: MessageData,
): MessageData {
  budget.enter(depth);
  if (existing === undefined) budget.spend(type.cost);
  const data = existing ?? type.create();
  let isOneofClean = existing === undefined;
  while (reader.position < reader.end) {
    const tag = reader.uint32();
    const number = tag >>> 3;
    const wireType = tag & 7;
    const field = type.byNumber[number];
    if (number === 0) throw new OtlpDecodeError('OTLP_MALFORMED', 'There is no field 0.');
    if (field === undefined || !accepts(field, wireType)) {
      reader.skip(number, wireType);
      continue;
    }
    if (field.isInOneof) {
      if (!isOneofClean) clearOthers(data, type, field.name);
      isOneofClean = false;
    }
    readField(reader, data, field, wireType, budget, depth);
  }
  return data;
}

/** A field of another wire type than expected is one we do not know; lists of numbers come packed or one by one. */
function accepts(field: Field, wireType: number): boolean {
  return wireType === expectedWireType(field) || (field.isRepeated && wireType === DELIMITED);
}

function expectedWireType({ type }: Field): number {
  return type instanceof MessageType ? DELIMITED : WIRE_TYPES[type];
}

function readField(
  reader: ProtobufReader,
  data: MessageData,
  field: Field,
  wireType: number,
  budget: DecodeBudget,
  depth: number,
): void {
  const { name, type, isRepeated } = field;
  const isPacked = isRepeated && wireType === DELIMITED && expectedWireType(field) !== DELIMITED;
  if (isPacked) {
    readPacked(reader, data[name] as unknown[], type as ScalarType, budget);
  } else if (type instanceof MessageType) {
    // A message that comes twice is merged, as protobuf has it.
    const known = isRepeated ? undefined : (data[name] as MessageData | undefined);
    const length = reader.length();
    const { end } = reader;
    reader.end = reader.position + length;
    const value = readMessage(reader, type, budget, depth + 1, known);
    reader.end = end;
    if (isRepeated) (data[name] as unknown[]).push(value);
    else data[name] = value;
  } else {
    const value = readScalar(reader, type, budget);
    if (isRepeated) (data[name] as unknown[]).push(value);
    else data[name] = value;
  }
}

function readPacked(reader: ProtobufReader, values: unknown[], type: ScalarType, budget: DecodeBudget): void {
  const length = reader.length();
  const { end } = reader;
  reader.end = reader.position + length;
  while (reader.position < reader.end) values.push(readScalar(reader, type, budget));
  reader.end = end;
}

function readScalar(reader: ProtobufReader, type: ScalarType, budget: DecodeBudget): unknown {
  budget.spend(SCALAR_COST);
  return PAYLOADS[type](reader, budget);
}

/** Reads a value of each type after its tag. */
const PAYLOADS: Readonly<Record<ScalarType, (reader: ProtobufReader, budget: DecodeBudget) => unknown>> = {
  string: (reader, budget) => reader.text(paidLength(reader, budget, 2)),
  id: (reader, budget) => reader.hex(paidLength(reader, budget, 2)),
  bytes: (reader, budget) => reader.blob(paidLength(reader, budget, 1)),
  bool: (reader) => reader.uint64() !== 0n,
  double: (reader) => reader.double(),
  uint32: (reader) => reader.uint32(),
  enum: (reader) => reader.uint32() | 0,
  sint32: (reader) => unzigzag(reader.uint32()),
  fixed32: (reader) => reader.fixed32(),
  int64: (reader) => BigInt.asIntN(64, reader.uint64()),
  uint64: (reader) => reader.uint64(),
  fixed64: (reader) => reader.fixed64(),
  sfixed64: (reader) => reader.sfixed64(),
};

function unzigzag(value: number): number {
  return (value >>> 1) ^ -(value & 1);
}

/** The length of a text or of bytes, paid for with so many bytes each before they are copied. */
function paidLength(reader: ProtobufReader, budget: DecodeBudget, factor: number): number {
  const length = reader.length();
  budget.spend(length * factor);
  return length;
}

function clearOthers(data: MessageData, message: MessageType, name: string): void {
  for (const field of message.fields) {
    if (field.isInOneof && field.name !== name && data[field.name] !== undefined) delete data[field.name];
  }
}
