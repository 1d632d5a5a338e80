import type { SpanLimits } from '@opentelemetry/sdk-trace';
import { readNumber, type Environment } from './environment.js';

/** The limits of one span that were asked for, by option or by variable; the rest is left to the defaults. */
export function resolveSpanLimits(limits: SpanLimits, env: Environment): SpanLimits {
  return {
    ...limit(
      limits,
      'attributeCountLimit',
      env,
      'OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT',
      'OTEL_ATTRIBUTE_COUNT_LIMIT',
    ),
    ...limit(
      limits,
      'attributeValueLengthLimit',
      env,
      'OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT',
      'OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT',
    ),
    ...limit(limits, 'eventCountLimit', env, 'OTEL_SPAN_EVENT_COUNT_LIMIT'),
    ...limit(limits, 'linkCountLimit', env, 'OTEL_SPAN_LINK_COUNT_LIMIT'),
    // The second names are older ones, which the official SDK reads as well.
    ...limit(
      limits,
      'attributePerEventCountLimit',
      env,
      'OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT',
      'OTEL_SPAN_ATTRIBUTE_PER_EVENT_COUNT_LIMIT',
    ),
    ...limit(
      limits,
      'attributePerLinkCountLimit',
      env,
      'OTEL_LINK_ATTRIBUTE_COUNT_LIMIT',
      'OTEL_SPAN_ATTRIBUTE_PER_LINK_COUNT_LIMIT',
    ),
  };
}

function limit(
  limits: SpanLimits,
  name: keyof SpanLimits,
  env: Environment,
  ...variables: readonly string[]
): SpanLimits {
  let value = limits[name];
  for (const variable of variables) value ??= readNumber(env, variable);
  return value === undefined ? {} : { [name]: value };
}
