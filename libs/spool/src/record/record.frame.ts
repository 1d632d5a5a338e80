// Records on disk are in frames: u32 length of the payload | u32 CRC-32 | u64 sequence number | u8 type | payload, little endian.
// The checksum covers everything after itself. It starts from the segment's own seed mixed with the length, so that a
// damaged length is noticed, and so is a sound record of another segment that a file system put here.
import { crc32 } from 'node:zlib';

export const FRAME_HEADER = 17;
/** No segment has longer ones, so a greater length is damage. */
const LONGEST_PAYLOAD = 1 << 28;

/** What a payload is. */
export const RECORD_TYPE = {
  /** u32 group | u8 signal | u32 length of the resource | resource | scope. Its sequence number is that of the next message. */
  group: 1,
  /** u32 group | any number of messages, framed as in `framed.records.ts`. Its sequence number is that of the first one. */
  messages: 2,
} as const;

const CRC_AT = 4;
const SEQUENCE_AT = 8;
const TYPE_AT = 16;
const TWO_TO_32 = 0x1_0000_0000;

/** Where a frame lies in a buffer. */
export interface Frame {
  readonly type: number;
  readonly sequence: number;
  /** First byte of the payload. */
  readonly start: number;
  /** First byte behind the frame. */
  readonly end: number;
}

/** Writes what is in front of a payload that is already at its place. */
export function sealFrame(
  buffer: Buffer,
  at: number,
  frame: { readonly length: number; readonly sequence: number; readonly type: number; readonly seed: number },
): void {
  const { length, sequence, type, seed } = frame;
  buffer.writeUInt32LE(length, at);
  buffer.writeUInt32LE(sequence % TWO_TO_32, at + SEQUENCE_AT);
  buffer.writeUInt32LE(Math.floor(sequence / TWO_TO_32), at + SEQUENCE_AT + 4);
  buffer[at + TYPE_AT] = type;
  buffer.writeUInt32LE(checksum(buffer, at, length, seed), at + CRC_AT);
}

/**
 * Reads the frame at a position. `short` when it goes on behind the end, which damage may pretend as well; `corrupt`
 * when it is none.
 */
export function readFrame(
  buffer: Buffer,
  at: number,
  end: number,
  seed: number,
): Frame | 'short' | 'corrupt' {
  if (end - at < FRAME_HEADER) return 'short';
  const length = buffer.readUInt32LE(at);
  const type = buffer[at + TYPE_AT] ?? 0;
  if (length > LONGEST_PAYLOAD || (type !== RECORD_TYPE.group && type !== RECORD_TYPE.messages))
    return 'corrupt';
  const behind = at + FRAME_HEADER + length;
  if (behind > end) return 'short';
  if (buffer.readUInt32LE(at + CRC_AT) !== checksum(buffer, at, length, seed)) return 'corrupt';
  const sequence =
    buffer.readUInt32LE(at + SEQUENCE_AT) + buffer.readUInt32LE(at + SEQUENCE_AT + 4) * TWO_TO_32;
  return { type, sequence, start: at + FRAME_HEADER, end: behind };
}

/**
 * Finds the next sound frame behind damage. The seed is random, so bytes that an application put into a span cannot
 * pass for one.
 */
export function findFrame(buffer: Buffer, from: number, end: number, seed: number): number | undefined {
  for (let at = from; end - at >= FRAME_HEADER; at += 1) {
    if (typeof readFrame(buffer, at, end, seed) === 'object') return at;
  }
  return undefined;
}

function checksum(buffer: Buffer, at: number, length: number, seed: number): number {
  return crc32(buffer.subarray(at + SEQUENCE_AT, at + FRAME_HEADER + length), (seed ^ length) >>> 0);
}
