/** Finest and coarsest scale: base 2^(2^-20), and 2^(2^10), where two buckets hold every number there is. */
export const MAX_SCALE = 20;

const SMALLEST = 2 ** -1022;
const number = new Float64Array(1);
const words = new Uint32Array(number.buffer);
const HIGH_WORD = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1 ? 1 : 0;

/**
 * Index of the bucket a positive number belongs to: bucket `i` holds what is above `base^i` up to and including
 * `base^(i+1)`, with `base = 2^(2^-scale)` (OpenTelemetry data model, "Exponential Buckets").
 */
export function bucketIndex(value: number, scale: number): number {
  // Subnormal numbers lack the digits that would tell them apart.
  number[0] = Math.max(value, SMALLEST);
  const high = words[HIGH_WORD] as number;
  const exponent = ((high >>> 20) & 0x7ff) - 1023;
  const isPowerOfTwo = (high & 0xfffff) === 0 && words[1 - HIGH_WORD] === 0;
  if (scale <= 0) return (isPowerOfTwo ? exponent - 1 : exponent) >> -scale;
  if (isPowerOfTwo) return exponent * 2 ** scale - 1;
  // The logarithm of numbers close to the greatest may be rounded up into a bucket that does not exist.
  return Math.min(Math.floor(Math.log(value) * (Math.LOG2E * 2 ** scale)), 2 ** (scale + 10) - 1);
}
