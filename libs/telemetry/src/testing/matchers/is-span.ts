import type { ReadableSpan } from '@opentelemetry/sdk-trace';

/** Tells a recorded span from a description of one. */
export function isSpan(value: unknown): value is ReadableSpan {
  return typeof value === 'object' && value !== null && 'spanContext' in value && 'name' in value;
}
