import { isSpanContextValid, type SpanContext } from '@opentelemetry/api';

/** Says that the caller may have recorded the trace. */
const SAMPLED = 0x01;
/** Says that the right-most 7 bytes of the trace id are random (level 2). */
export const RANDOM_TRACE_ID = 0x02;

/** `00-<trace id>-<span id>-<flags>`: all of version 00, and how every later version begins. */
const LENGTH = 55;
const FIELDS = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/**
 * Reads a `traceparent` as W3C Trace Context level 2 wants it; undefined means that the trace has to be restarted. Looks
 * at no more than 56 characters, however many there are.
 */
export function parseTraceparent(value: string): SpanContext | undefined {
  const fields = FIELDS.exec(value.length > LENGTH ? value.slice(0, LENGTH) : value);
  if (fields === null) return undefined;
  const [, version = '', traceId = '', spanId = '', flags = ''] = fields;
  if (version === 'ff') return undefined;
  const isCurrent = version === '00';
  // A later version may have more fields, each of them after another dash.
  if (value.length > LENGTH && (isCurrent || value[LENGTH] !== '-')) return undefined;
  // Of a later version only the sampled bit is known to mean the same.
  const known = isCurrent ? SAMPLED | RANDOM_TRACE_ID : SAMPLED;
  const parent = { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & known, isRemote: true };
  return isSpanContextValid(parent) ? parent : undefined;
}

/** Writes a `traceparent` of version 00. Flags without a meaning are zero, as the specification demands. */
export function renderTraceparent({ traceId, spanId }: SpanContext, flags: number): string {
  return `00-${traceId}-${spanId}-0${flags & (SAMPLED | RANDOM_TRACE_ID)}`.toLowerCase();
}
