import type { HrTime } from '@opentelemetry/api';

/** Milliseconds since 1970 as the SDK has them. */
export function hrTimeOf(milliseconds: number): HrTime {
  return [Math.floor(milliseconds / 1000), (milliseconds % 1000) * 1_000_000];
}
