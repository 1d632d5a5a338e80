// What is written about something that is open: u64 key | u64 time (ms) | record, little endian. Without a record it has
// ended; a key of 0 says nothing but that the process lived at that time.
const RECORD_AT = 16;

/** One line in the story of something that is open. */
export interface OpenEntry {
  readonly key: number;
  /** Milliseconds since 1970. */
  readonly time: number;
  /** Absent when it ended. */
  readonly record?: Uint8Array | undefined;
}

export function encodeOpen({ key, time, record }: OpenEntry): Uint8Array {
  const bytes = Buffer.allocUnsafe(RECORD_AT + (record?.length ?? 0));
  bytes.writeBigUInt64LE(BigInt(key), 0);
  bytes.writeBigUInt64LE(BigInt(time), 8);
  if (record !== undefined) bytes.set(record, RECORD_AT);
  return bytes;
}

/** Undefined for what is none. The record is copied. */
export function decodeOpen(message: Uint8Array): OpenEntry | undefined {
  if (message.length < RECORD_AT) return undefined;
  const bytes = Buffer.from(message.buffer, message.byteOffset, message.byteLength);
  const record = message.length > RECORD_AT ? Uint8Array.from(message.subarray(RECORD_AT)) : undefined;
  return { key: Number(bytes.readBigUInt64LE(0)), time: Number(bytes.readBigUInt64LE(8)), record };
}
