import type { HrTime } from '@opentelemetry/api';
import { hrTimeOf } from './hr-time.js';

/** One measurement that shows what others were like: the trace it was made in leads to the cause. */
export class Exemplar {
  /** @param time - milliseconds since 1970 */
  constructor(
    readonly value: number,
    readonly traceId: string,
    readonly spanId: string,
    readonly time: number,
  ) {}

  /** As encoders want it, and only for those that are encoded. */
  get timestamp(): HrTime {
    return hrTimeOf(this.time);
  }
}
