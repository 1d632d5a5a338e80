import type { HrTime, TimeInput } from '@opentelemetry/api';
import { isTimeInput, millisToHrTime } from '@opentelemetry/core';

/**
 * What `performance.now()` counts from, as epoch time. A trace keeps the anchor of its first span in this process, so
 * that parents enclose their children to the nanosecond whatever happens to the system clock meanwhile.
 */
export interface ClockAnchor {
  readonly epochMillis: number;
  /** The same as the SDK has it. */
  readonly epoch: HrTime;
}

const NANOS_PER_SECOND = 1e9;
/** How long the anchor is trusted without comparing it to the system clock. */
const TRUSTED_MILLIS = 1000;
/** A step of the system clock after which right times matter more than those of the long-lived parent. */
const STEP_MILLIS = 1000;

let anchor = anchorAt(performance.timeOrigin);
let checkedAt = 0;

/** The anchor of a span that begins a trace here. */
export function anchorOfRoot(now: number): ClockAnchor {
  const wall = Date.now();
  // The system clock is read in whole milliseconds, always rounded down.
  const drift = wall - (anchor.epochMillis + now);
  if (drift > 1 || drift < -2) anchor = anchorAt(wall + 0.5 - now);
  checkedAt = now;
  return anchor;
}

/** The anchor of a span within a local parent. */
export function anchorOfChild(parent: ClockAnchor, now: number): ClockAnchor {
  // It runs backwards only under fake timers.
  const elapsed = now - checkedAt;
  if (elapsed > TRUSTED_MILLIS || elapsed < 0) anchorOfRoot(now);
  if (parent === anchor) return parent;
  return Math.abs(parent.epochMillis - anchor.epochMillis) < STEP_MILLIS ? parent : anchor;
}

function anchorAt(epochMillis: number): ClockAnchor {
  return { epochMillis, epoch: millisToHrTime(epochMillis) };
}

/** A reading of `performance.now()` as the SDK's pair of seconds and nanoseconds. */
export function hrTimeAt({ epoch }: ClockAnchor, monotonic: number): HrTime {
  const [seconds, nanos] = epoch;
  const wholeSeconds = Math.floor(monotonic / 1000);
  const sum = nanos + Math.round((monotonic - wholeSeconds * 1000) * 1e6);
  const carry = Math.floor(sum / NANOS_PER_SECOND);
  return [seconds + wholeSeconds + carry, sum - carry * NANOS_PER_SECOND];
}

/** Whether a time input is a reading of `performance.now()`; larger numbers are epoch milliseconds. */
export function isMonotonic(input: unknown, now: number): input is number {
  return typeof input === 'number' && input <= now && input !== -Infinity;
}

/** Whether a value is a time input. */
export function isTime(input: unknown): input is TimeInput {
  try {
    return isTimeInput(input);
  } catch {
    return false;
  }
}

/** A time input on the system clock; `undefined` for what is none, like `NaN` or an invalid date. */
export function epochTime(input: TimeInput): HrTime | undefined {
  if (typeof input === 'number') return fromMillis(input);
  if (!isTime(input)) return undefined;
  if (input instanceof Date) return fromMillis(input.getTime());
  return Number.isFinite(input[0]) && Number.isFinite(input[1]) ? input : undefined;
}

function fromMillis(millis: number): HrTime | undefined {
  return Number.isFinite(millis) ? millisToHrTime(millis) : undefined;
}
