import type { Attributes, Context } from '@opentelemetry/api';
import { CODE_FUNCTION_NAME, ERROR_TYPE } from '../../semconv.js';
import { decorateMethod } from '../../tracing/decorated-method.js';
import { errorType } from '../../tracing/error-recording.js';
import { runInSpan } from '../../tracing/run-in-span.js';
import type { RunInSpanOptions } from '../../tracing/run-in-span.options.js';
import type { SpanDecorator } from '../../tracing/span.decorator.js';
import { aroundMethod } from '../../tracing/span-method.js';
import { attributesOfCall, type FromCall, type LowAttributes } from './low.attributes.js';

/**
 * Options of the decorators that only measure. A metric has no place for what has many values, so there is no `high`.
 * @since 0.1.0
 */
export interface MeasuredOptions<A extends readonly unknown[] = never[]> {
  /** Attributes with few distinct values, or how to make them from the arguments of a call. */
  readonly low?: FromCall<LowAttributes, A>;
  /** What is measured, as the metrics page shows it. */
  readonly description?: string;
}

/** How a call ended. */
export interface CallEnd {
  /** The attributes, with the `error.type` of a call that failed. */
  readonly outcome: Attributes;
  readonly seconds: number;
  readonly context: Context;
}

/** What happens to a metric in the life of a call. */
export interface Measurement {
  readonly started?: (low: Attributes) => void;
  readonly ended: (low: Attributes, end: CallEnd) => void;
  /** The call returned what does its work later, and that was not used. */
  readonly unused?: (low: Attributes) => void;
}

/**
 * A decorator that measures the calls of a method and makes no span. Follows what is returned, as `@Span()` does.
 *
 * @param low - attributes of a metric of the application; `undefined` for a row of the catalogue, which tells methods apart
 */
export function measuredMethod<A extends readonly unknown[]>(
  decorator: string,
  low: FromCall<LowAttributes, A> | undefined,
  measurement: Measurement,
): SpanDecorator<A> {
  return (target, key, descriptor) =>
    decorateMethod(decorator, target, key, descriptor, (original, place) => {
      const given = (low ?? { [CODE_FUNCTION_NAME]: place }) as FromCall<Attributes, never[]>;
      const where = `The attributes ${decorator} has for ${place}`;
      return aroundMethod(original, (call, args) =>
        runInSpan(place, followed(measurement, attributesOfCall(where, given, args)), () => call()),
      );
    });
}

function followed({ started, ended, unused }: Measurement, low: Attributes): RunInSpanOptions {
  return {
    withoutSpan: true,
    ...(started && { onStart: () => started(low) }),
    ...(unused && { onUnused: () => unused(low) }),
    onEnd({ failure, seconds, context }) {
      const outcome = failure ? { ...low, [ERROR_TYPE]: errorType(failure.error) } : low;
      ended(low, { outcome, seconds, context });
    },
  };
}
