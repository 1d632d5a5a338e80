import type { TraceDetail } from '../../../../../src/api/api.types.ts';

/** When the caller waited for a span itself. */
export interface CriticalTime {
  readonly startUs: number;
  readonly endUs: number;
}

/** The critical path by span; empty where there is none. */
export function criticalTimes(
  path: TraceDetail['criticalPath'],
): ReadonlyMap<string, readonly CriticalTime[]> {
  return 'segments' in path ? Map.groupBy(path.segments, ({ spanId }) => spanId) : new Map();
}
