import type { Attributes } from '@opentelemetry/api';
import { guarded } from '../../telemetry.warnings.js';

/**
 * Attributes with few distinct values, fit for metrics: every combination is a series for ever. What has many values,
 * like an id, belongs on the span: into `high`.
 */
export type LowAttributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** Attributes with any number of distinct values, which only ever get onto the span. */
export type HighAttributes = Readonly<Attributes>;

/** Attributes, or how to make them from the arguments of a call. */
export type FromCall<T, A extends readonly unknown[]> = T | ((...args: A) => T | undefined);

/** What a decorated method was given, for one call. A function that throws costs its attributes, not the call. */
export function attributesOfCall(
  where: string,
  given: FromCall<Attributes, never[]> | undefined,
  args: readonly unknown[],
): Attributes {
  if (typeof given !== 'function') return given ?? {};
  return guarded(where, () => given(...(args as never[])), undefined) ?? {};
}
