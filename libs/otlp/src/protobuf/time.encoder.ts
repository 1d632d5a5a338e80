import type { EncodableTime } from '../encodable.js';
import type { ProtobufWriter } from './protobuf.writer.js';

const NANOSECONDS = 1_000_000_000;
const TWO_POW_23 = 0x80_0000;
const TWO_POW_32 = 0x1_0000_0000;

/**
 * Writes a time as fixed64 nanoseconds since the epoch. False, with nothing written, when it is no time: not finite,
 * before 1970, or after 2106.
 */
export function writeTime(writer: ProtobufWriter, tag: number, time: EncodableTime): boolean {
  const seconds = time[0];
  const whole = Math.floor(seconds);
  if (!(seconds >= 0 && seconds < TWO_POW_32 && time[1] > -TWO_POW_32 && time[1] < TWO_POW_32)) return false;
  // A fraction of a second only comes from a hand-made time; adding it keeps such a time right to the microsecond.
  const nanoseconds =
    Math.floor(time[1]) + (whole === seconds ? 0 : Math.round((seconds - whole) * NANOSECONDS));
  // 1e9 = 512 * 1953125, and 2^32 * 1953125 is still exact in a double.
  const scaled = whole * 1_953_125;
  let high = Math.floor(scaled / TWO_POW_23);
  let low = (scaled - high * TWO_POW_23) * 512 + nanoseconds;
  if (low >= TWO_POW_32 || low < 0) {
    const carry = Math.floor(low / TWO_POW_32);
    low -= carry * TWO_POW_32;
    high += carry;
  }
  if (high < 0) return false;
  writer.fixed64(tag, low, high);
  return true;
}
