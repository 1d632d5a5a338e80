// What a segment begins with: 8 bytes magic | u32 version | u32 hash of the schema | u64 created (ms) | u64 first
// sequence number | u32 lane | u32 salt | u32 CRC-32 of all that, which is also the seed of the checksums of its records.
import { randomInt } from 'node:crypto';
import { crc32 } from 'node:zlib';

export const SEGMENT_HEADER = 44;
const MAGIC = 'NTSPOOL\n';
const VERSION = 1;
/** Changes with the meaning of any field, so that no version reads what another one meant. */
const SCHEMA = crc32(
  'frame: length u32, crc u32, sequence u64, type u8; group: id u32, signal u8, resource u32+bytes, scope; messages: group u32, (length u32, bytes)*',
);
const CRC_AT = SEGMENT_HEADER - 4;

export interface SegmentHeader {
  /** Milliseconds since 1970. */
  readonly created: number;
  readonly firstSequence: number;
  readonly lane: number;
}

/** Writes a header and returns the seed of the segment. */
export function writeSegmentHeader(buffer: Buffer, { created, firstSequence, lane }: SegmentHeader): number {
  buffer.write(MAGIC, 0, 'latin1');
  buffer.writeUInt32LE(VERSION, 8);
  buffer.writeUInt32LE(SCHEMA, 12);
  buffer.writeBigUInt64LE(BigInt(Math.max(0, Math.floor(created))), 16);
  buffer.writeBigUInt64LE(BigInt(firstSequence), 24);
  buffer.writeUInt32LE(lane, 32);
  buffer.writeUInt32LE(randomInt(2 ** 32), 36);
  const seed = crc32(buffer.subarray(0, CRC_AT));
  buffer.writeUInt32LE(seed, CRC_AT);
  return seed;
}

/** Reads a header; undefined when it is damaged, or of a format this version does not know. */
export function readSegmentHeader(buffer: Buffer): (SegmentHeader & { readonly seed: number }) | undefined {
  if (buffer.length < SEGMENT_HEADER || buffer.toString('latin1', 0, 8) !== MAGIC) return undefined;
  const seed = crc32(buffer.subarray(0, CRC_AT));
  if (buffer.readUInt32LE(CRC_AT) !== seed) return undefined;
  if (buffer.readUInt32LE(8) !== VERSION || buffer.readUInt32LE(12) !== SCHEMA) return undefined;
  return {
    created: Number(buffer.readBigUInt64LE(16)),
    firstSequence: Number(buffer.readBigUInt64LE(24)),
    lane: buffer.readUInt32LE(32),
    seed,
  };
}
