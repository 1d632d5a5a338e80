import type { EncodableTime } from '../encodable.js';
import type { ProtobufWriter } from './protobuf.writer.js';

const NANOSECONDS = 1_000_000_000;
const TWO_POW_23 = 0x80_0000;
const TWO_POW_32 = 0x1_0000_0000;
/** 1e9 = 512 * 1953125, and seconds * 1953125 stays exact in a double up to here (the year 2116). */
const LAST_EXACT_SECOND = 0xffff_ffff;

/** Whether a time can be written: finite, and not before 1970. */
export function isWritable(time: EncodableTime): boolean {
  return time[0] >= 0 && time[0] <= LAST_EXACT_SECOND && time[1] > -NANOSECONDS && time[1] < TWO_POW_32;
}

/** Writes a time as fixed64 nanoseconds since the epoch, or nothing when that is impossible. */
export function writeTime(writer: ProtobufWriter, tag: number, time: EncodableTime): void {
  if (!isWritable(time)) return;
  const whole = Math.floor(time[0]);
  // A fraction of a second only comes from a hand-made time; adding it keeps such a time right to the microsecond.
  const nanoseconds =
    Math.floor(time[1]) + (whole === time[0] ? 0 : Math.round((time[0] - whole) * NANOSECONDS));
  const scaled = whole * 1_953_125;
  let high = Math.floor(scaled / TWO_POW_23);
  let low = (scaled - high * TWO_POW_23) * 512 + nanoseconds;
  if (low >= TWO_POW_32 || low < 0) {
    const carry = Math.floor(low / TWO_POW_32);
    low -= carry * TWO_POW_32;
    high += carry;
  }
  if (high >= 0) writer.fixed64(tag, low, high);
}
