// Records as they stand in an export request: each with the tag of the field they all have in requests, and its length.
// So a sender copies many of them as one piece.

const CONTENT = 0x12;
const SEVEN_BITS = 0x7f;
/** Of a length that is no damage. */
const MOST_LENGTH_BYTES = 5;

/** Bytes in front of a record of this length. */
export function framingOf(length: number): number {
  let bytes = 2;
  for (let rest = length; rest > SEVEN_BITS; rest >>>= 7) bytes += 1;
  return bytes;
}

/** Writes what goes in front of a record and returns where the record goes. */
export function writeFraming(buffer: Uint8Array, position: number, length: number): number {
  let at = position;
  buffer[at++] = CONTENT;
  let rest = length;
  for (; rest > SEVEN_BITS; rest >>>= 7) buffer[at++] = (rest & SEVEN_BITS) | 0x80;
  buffer[at++] = rest;
  return at;
}

/** One record with what goes in front of it. */
export function framed(record: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(framingOf(record.length) + record.length);
  bytes.set(record, writeFraming(bytes, 0, record.length));
  return bytes;
}

/** Part of framed records. */
export interface FramedPart {
  readonly count: number;
  /** First byte behind them. */
  readonly end: number;
}

/** The records from a position on, up to a number of them and of bytes, but at least one if there is any. */
export function partOf(
  content: Uint8Array,
  from: number,
  {
    maxRecords = Infinity,
    maxBytes = Infinity,
  }: { readonly maxRecords?: number; readonly maxBytes?: number },
): FramedPart {
  let [count, end] = [0, from];
  while (count < maxRecords) {
    const next = behindRecord(content, end);
    if (next === undefined || (count > 0 && next - from > maxBytes)) break;
    end = next;
    count += 1;
  }
  return { count, end };
}

/** The records one by one, without what is in front of them; they are views. */
export function* recordsOf(content: Uint8Array): Generator<Uint8Array> {
  let at = 0;
  for (let end = behindRecord(content, at); end !== undefined; end = behindRecord(content, at)) {
    yield content.subarray(at + framingAt(content, at), end);
    at = end;
  }
}

/** First byte behind the record at a position; undefined when there is no whole record. */
function behindRecord(content: Uint8Array, position: number): number | undefined {
  if (content[position] !== CONTENT) return undefined;
  let [length, at] = [0, position + 1];
  for (let byte = 0x80; byte > SEVEN_BITS; at += 1) {
    byte = content[at] ?? 0;
    const shift = 7 * (at - position - 1);
    if (shift >= 7 * MOST_LENGTH_BYTES) return undefined;
    length += (byte & SEVEN_BITS) * 2 ** shift;
  }
  return at + length <= content.length ? at + length : undefined;
}

function framingAt(content: Uint8Array, position: number): number {
  let at = position + 1;
  while ((content[at] ?? 0) > SEVEN_BITS) at += 1;
  return at + 1 - position;
}
