import type { MetricOptions } from '@opentelemetry/api';
import { guarded } from '../telemetry.warnings.js';

const WHERE = 'The name or options of a metric';

/** A name as text: one that is none would fail at every later collection, far from the call that caused it. */
export function metricName(name: unknown): string {
  return typeof name === 'string' ? name : guarded(WHERE, () => String(name), '');
}

/** Options that can be read as often as one likes, independent of those that were given. */
export function metricOptions<O extends MetricOptions>(options: O | null | undefined): Partial<O> {
  return guarded(WHERE, () => ({ ...options }) as Partial<O>, {});
}
