import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { decodeProtobuf } from './codec.js';
import { type Field, MessageType } from './model/message.type.js';
import { logsData, metricsData, tracesData } from './model/otlp.schema.js';
import { OtlpDecodeError } from './otlp.errors.js';
import { DELIMITED, WIRE_TYPES } from './protobuf/wire.types.js';

const CAP = 4 * 1024 * 1024;
/** The heap itself is measured with some noise. */
const NOISE = 1.03;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** A field, and the fields that lead to it from the request. */
interface Place {
  readonly name: string;
  readonly root: MessageType;
  readonly path: readonly Field[];
  readonly field: Field;
}

/** Every list of a request, once. */
function listsOf(name: string, root: MessageType): Place[] {
  const found: Place[] = [];
  const seen = new Set<MessageType>();
  const visit = (type: MessageType, path: readonly Field[]): void => {
    if (seen.has(type)) return;
    seen.add(type);
    for (const field of type.fields) {
      const at = [...path, field].map((each) => each.name).join('.');
      if (field.isRepeated) found.push({ name: `${name}: ${at}`, root, path, field });
      if (field.type instanceof MessageType) visit(field.type, [...path, field]);
    }
  };
  visit(root, []);
  return found;
}

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)];
}

function delimited(number: number, payload: Buffer): Buffer {
  return Buffer.concat([
    Buffer.from([...varint((number << 3) | DELIMITED), ...varint(payload.length)]),
    payload,
  ]);
}

/** The shortest form of an element: what takes the fewest bytes here and the most there. */
function element({ number, type }: Field): Buffer {
  if (type instanceof MessageType) return delimited(number, Buffer.alloc(0));
  const wireType = WIRE_TYPES[type];
  if (wireType === DELIMITED) return delimited(number, Buffer.alloc(0));
  const size = { 0: 1, 1: 8, 5: 4 }[wireType] ?? 1;
  return Buffer.from([...varint((number << 3) | wireType), ...Array.from({ length: size }, () => 0x7f)]);
}

function bomb({ path, field }: Place, count: number): Buffer {
  const one = element(field);
  let bytes: Buffer = Buffer.alloc(one.length * count, one);
  for (const { number } of path.toReversed()) bytes = delimited(number, bytes);
  return bytes;
}

function decoded({ root }: Place, bytes: Buffer): unknown {
  try {
    return decodeProtobuf(root, bytes, { maxMemory: CAP });
  } catch (error) {
    if (error instanceof OtlpDecodeError && error.code === 'OTLP_TOO_LARGE') return undefined;
    throw error;
  }
}

/** As many elements as the cap just allows. */
function mostOf(place: Place): number {
  let [fits, bursts] = [0, CAP / 30];
  while (bursts - fits > 500) {
    const count = (fits + bursts) >>> 1;
    if (decoded(place, bomb(place, count)) === undefined) bursts = count;
    else fits = count;
  }
  return fits;
}

function memory(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

describe('A request made to take as much memory as possible, in', () => {
  const places = [
    ...listsOf('traces', tracesData),
    ...listsOf('logs', logsData),
    ...listsOf('metrics', metricsData),
  ];

  it.each(places.map((place) => [place.name, place] as const))('%s stays below its cap', (_name, place) => {
    const count = mostOf(place);
    const bytes = bomb(place, count);
    const before = memory();
    const held = decoded(place, bytes);
    const taken = memory() - before;
    expect(held).toBeDefined();
    expect(count, 'far more than any real request has').toBeGreaterThan(5000);
    expect(taken, `${count} elements`).toBeLessThan(CAP * NOISE);
  });
});
