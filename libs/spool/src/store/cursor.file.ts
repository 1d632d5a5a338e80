// How far each lane was delivered: one number per lane, in two files that take turns, so that there is always a sound one
// whatever becomes of the one that is being written; the greater generation counts. They are written in place: to rename
// over a file makes a file system write through to the device, which takes a millisecond.
import { closeSync, constants, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { LANES } from '../lanes.js';

const MAGIC = 0x4e54_4331;
const LANES_AT = 16;
const SIZE = LANES_AT + LANES.length * 8 + 4;
const CRC_AT = SIZE - 4;

interface Slot {
  readonly generation: number;
  readonly sequences: number[];
}

export class CursorFile {
  readonly #directory: string;
  readonly #buffer = Buffer.alloc(SIZE);
  #generation: number;
  /** Per lane the sequence number of the first record that is not settled; undefined when nothing is known. */
  readonly settled: readonly number[] | undefined;

  constructor(directory: string) {
    this.#directory = directory;
    const slots = [0, 1].map((slot) => readSlot(join(directory, `cursor.${slot}`)));
    const newest = slots.reduce((a, b) => ((b?.generation ?? -1) > (a?.generation ?? -1) ? b : a), undefined);
    this.#generation = newest?.generation ?? 0;
    this.settled = newest?.sequences;
  }

  /** Throws when the disk cannot be written; then at most what was delivered since is delivered again. */
  save(sequences: readonly number[]): void {
    this.#generation += 1;
    const buffer = this.#buffer;
    buffer.writeUInt32LE(MAGIC, 0);
    buffer.writeUInt32LE(LANES.length, 4);
    buffer.writeBigUInt64LE(BigInt(this.#generation), 8);
    for (const [lane, sequence] of sequences.entries()) {
      buffer.writeBigUInt64LE(BigInt(sequence), LANES_AT + lane * 8);
    }
    buffer.writeUInt32LE(crc32(buffer.subarray(0, CRC_AT)), CRC_AT);
    const path = join(this.#directory, `cursor.${this.#generation % 2}`);
    const { O_WRONLY, O_CREAT, O_NOFOLLOW } = constants;
    const descriptor = openSync(path, O_WRONLY | O_CREAT | O_NOFOLLOW, 0o600);
    try {
      if (writeSync(descriptor, buffer, 0, SIZE, 0) !== SIZE) throw new Error('the disk is full');
    } finally {
      closeSync(descriptor);
    }
  }
}

function readSlot(path: string): Slot | undefined {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path, { flag: constants.O_RDONLY | constants.O_NOFOLLOW });
  } catch {
    return undefined;
  }
  if (bytes.length !== SIZE || bytes.readUInt32LE(0) !== MAGIC) return undefined;
  if (bytes.readUInt32LE(CRC_AT) !== crc32(bytes.subarray(0, CRC_AT))) return undefined;
  const sequences = LANES.map(({ index }) => Number(bytes.readBigUInt64LE(LANES_AT + index * 8)));
  return { generation: Number(bytes.readBigUInt64LE(8)), sequences };
}
