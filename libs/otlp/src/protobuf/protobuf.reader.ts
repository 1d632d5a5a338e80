import { OtlpDecodeError } from '../otlp.errors.js';

const VARINT = 0;
const FIXED64 = 1;
const DELIMITED = 2;
const GROUP_START = 3;
const GROUP_END = 4;
const FIXED32 = 5;
const LONGEST_VARINT = 10;
/** Unknown groups inside each other, which only a hostile sender makes. */
const MAX_GROUPS = 32;

/** Reads protobuf values from bytes, from `position` on; each read checks that it stays within `end`. */
export class ProtobufReader {
  position = 0;
  end: number;
  readonly #bytes: Buffer;
  readonly #view: DataView;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.end = bytes.byteLength;
  }

  /** A varint of which only the lowest 32 bits matter. */
  uint32(): number {
    const bytes = this.#bytes;
    let value = 0;
    for (let index = 0; index < LONGEST_VARINT; index++) {
      if (this.position >= this.end) throw truncated();
      const byte = bytes[this.position++] as number;
      if (index < 5) value |= (byte & 0x7f) << (7 * index);
      if (byte < 0x80) return value >>> 0;
    }
    throw endless();
  }

  /** A varint of at most 64 bits. */
  uint64(): bigint {
    let low = 0;
    let high = 0n;
    for (let index = 0; index < LONGEST_VARINT; index++) {
      if (this.position >= this.end) throw truncated();
      const byte = this.#bytes[this.position++] as number;
      if (index < 7) low += (byte & 0x7f) * 2 ** (7 * index);
      else high |= BigInt(byte & 0x7f) << BigInt(7 * index);
      if (byte < 0x80) return BigInt.asUintN(64, high | BigInt(low));
    }
    throw endless();
  }

  fixed32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  fixed64(): bigint {
    return this.#view.getBigUint64(this.#take(8), true);
  }

  sfixed64(): bigint {
    return this.#view.getBigInt64(this.#take(8), true);
  }

  double(): number {
    return this.#view.getFloat64(this.#take(8), true);
  }

  /** A length that fits in what is left. */
  length(): number {
    const length = this.uint32();
    if (length > this.end - this.position) throw truncated();
    return length;
  }

  /** Text; bytes that are no UTF-8 become U+FFFD. */
  text(length: number): string {
    const start = this.#take(length);
    return length === 0 ? '' : this.#bytes.toString('utf8', start, start + length);
  }

  hex(length: number): string {
    const start = this.#take(length);
    return this.#bytes.toString('hex', start, start + length);
  }

  /** A copy, so that a small value does not keep the whole request in memory. */
  blob(length: number): Uint8Array {
    const start = this.#take(length);
    return new Uint8Array(this.#bytes.subarray(start, start + length));
  }

  /** Passes over the value of an unknown field. */
  skip(field: number, wireType: number, groups = 0): void {
    if (wireType === VARINT) this.uint64();
    else if (wireType === FIXED64) this.#take(8);
    else if (wireType === DELIMITED) this.#take(this.length());
    else if (wireType === FIXED32) this.#take(4);
    else if (wireType === GROUP_START && groups < MAX_GROUPS) this.#skipGroup(field, groups + 1);
    else throw new OtlpDecodeError('OTLP_MALFORMED', `Wire type ${wireType} is not possible here.`);
  }

  #skipGroup(group: number, groups: number): void {
    for (;;) {
      const tag = this.uint32();
      if (tag === ((group << 3) | GROUP_END) >>> 0) return;
      this.skip(tag >>> 3, tag & 7, groups);
    }
  }

  #take(length: number): number {
    const start = this.position;
    if (length > this.end - start) throw truncated();
    this.position = start + length;
    return start;
  }
}

function truncated(): OtlpDecodeError {
  return new OtlpDecodeError('OTLP_TRUNCATED', 'The bytes end in the middle of a value.');
}

function endless(): OtlpDecodeError {
  return new OtlpDecodeError('OTLP_MALFORMED', 'A varint has more than ten bytes.');
}
