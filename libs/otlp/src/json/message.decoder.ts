import type { DecodeBudget } from '../decode.options.js';
import { type Field, type MessageData, MessageType, type ScalarType } from '../model/message.type.js';
import { OtlpDecodeError } from '../otlp.errors.js';

const SCALAR_COST = 40;
const HEX = /^(?:[0-9a-f]{2})*$/i;
const BASE64 = /^[\w+/-]*={0,2}$/;
const INTEGER = /^-?\d{1,20}$/;
const UINT64_MAX = 2n ** 64n - 1n;
const INT64_MAX = 2n ** 63n - 1n;

/** Makes a message of parsed JSON. Unknown names are passed over, and null counts as absent. */
export function messageFromJson(
  type: MessageType,
  json: unknown,
  budget: DecodeBudget,
  depth: number,
): MessageData {
  budget.enter(depth);
  budget.spend(type.cost);
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw wrongType(type.name, 'an object');
  const data = type.create();
  let isChosen = false;
  for (const [name, value] of Object.entries(json)) {
    const field = type.byName.get(name);
    if (field === undefined || value === null) continue;
    if (field.isInOneof && isChosen) throw wrongType(type.name, 'only one of its alternatives');
    isChosen ||= field.isInOneof;
    if (!field.isRepeated) {
      data[name] = fromJson(type, field, value, budget, depth);
    } else if (Array.isArray(value)) {
      data[name] = value.map((element) => fromJson(type, field, element, budget, depth));
    } else {
      throw wrongType(`${type.name}.${name}`, 'a list');
    }
  }
  return data;
}

function fromJson(
  owner: MessageType,
  field: Field,
  value: unknown,
  budget: DecodeBudget,
  depth: number,
): unknown {
  const { type, name } = field;
  if (type instanceof MessageType) return messageFromJson(type, value, budget, depth + 1);
  budget.spend(SCALAR_COST);
  const scalar = SCALARS[type](value);
  if (scalar === undefined) throw wrongType(`${owner.name}.${name}`, EXPECTED[type]);
  return scalar;
}

const EXPECTED: Readonly<Record<ScalarType, string>> = {
  string: 'a text',
  bytes: 'base64',
  id: 'hexadecimal digits',
  bool: 'true or false',
  double: 'a number',
  uint32: 'an integer of 32 bits',
  sint32: 'an integer of 32 bits',
  enum: 'an integer of 32 bits',
  fixed32: 'an integer of 32 bits',
  int64: 'an integer of 64 bits',
  uint64: 'an integer of 64 bits',
  fixed64: 'an integer of 64 bits',
  sfixed64: 'an integer of 64 bits',
};

/** Each gives undefined for a value that is none of its type. */
const SCALARS: Readonly<Record<ScalarType, (value: unknown) => unknown>> = {
  string: (value) => (typeof value === 'string' ? value : undefined),
  id: (value) => (typeof value === 'string' && HEX.test(value) ? value.toLowerCase() : undefined),
  bytes: (value) =>
    typeof value === 'string' && BASE64.test(value)
      ? new Uint8Array(Buffer.from(value, 'base64'))
      : undefined,
  bool: (value) => (typeof value === 'boolean' ? value : undefined),
  double: doubleFromJson,
  uint32: (value) => integerFromJson(value, 0n, 0xffff_ffffn, Number),
  fixed32: (value) => integerFromJson(value, 0n, 0xffff_ffffn, Number),
  sint32: (value) => integerFromJson(value, -0x8000_0000n, 0x7fff_ffffn, Number),
  enum: (value) => integerFromJson(value, -0x8000_0000n, 0x7fff_ffffn, Number),
  int64: (value) => integerFromJson(value, -INT64_MAX - 1n, INT64_MAX, BigInt),
  sfixed64: (value) => integerFromJson(value, -INT64_MAX - 1n, INT64_MAX, BigInt),
  uint64: (value) => integerFromJson(value, 0n, UINT64_MAX, BigInt),
  fixed64: (value) => integerFromJson(value, 0n, UINT64_MAX, BigInt),
};

function doubleFromJson(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (value === 'NaN' || value === 'Infinity' || value === '-Infinity') return Number(value);
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

/** Both forms are allowed for every integer: a number, and its digits as text. */
function integerFromJson<Result>(
  value: unknown,
  least: bigint,
  most: bigint,
  convert: (integer: bigint) => Result,
): Result | undefined {
  const isInteger =
    typeof value === 'number' ? Number.isInteger(value) : typeof value === 'string' && INTEGER.test(value);
  if (!isInteger) return undefined;
  const integer = BigInt(value as number | string);
  return integer >= least && integer <= most ? convert(integer) : undefined;
}

function wrongType(what: string, expected: string): OtlpDecodeError {
  return new OtlpDecodeError('OTLP_MALFORMED', `${what} must be ${expected}.`);
}
