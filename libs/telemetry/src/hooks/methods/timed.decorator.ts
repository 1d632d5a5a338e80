import type { Histogram } from '@opentelemetry/api';
import { applicationHistogram } from '../../metrics/application.instruments.js';
import { METRICS } from '../../metrics/catalog.js';
import { histogramFor } from '../../metrics/instruments.js';
import type { SpanDecorator } from '../../tracing/span.decorator.js';
import { measuredMethod, type MeasuredOptions } from './measured.method.js';

/**
 * Options of {@link Timed}.
 * @since 0.1.0
 */
export interface TimedOptions<A extends readonly unknown[] = never[]> extends MeasuredOptions<A> {
  /** Upper bounds of the buckets in seconds, ascending. @defaultValue those of HTTP durations, 5 ms to 10 s */
  readonly boundaries?: readonly number[];
}

/**
 * Measures how long the calls of a method take, in seconds, failed ones with their `error.type`: a promise until it
 * settles, an Observable each subscription, generators and streams until they are through. Without a name they are
 * measured in `nestjs.method.duration`, by `code.function.name`. `@Observed()` makes a span as well.
 *
 * @example
 * ```ts
 * @Timed('order.place.duration')
 * place(order: Order) {}
 * ```
 * @throws TelemetryError with code `NT_DECORATOR_MISPLACED` when the class is defined, if put on anything but a method
 * @since 0.1.0
 */
export function Timed<A extends readonly unknown[] = never[]>(
  name?: string,
  options?: TimedOptions<A>,
): SpanDecorator<A> {
  const histogram = name === undefined ? histogramFor(METRICS.methodDuration) : named(name, options);
  const low = name === undefined ? undefined : (options?.low ?? {});
  return measuredMethod('@Timed()', low, {
    ended: (_low, { outcome, seconds, context }) => histogram.record(seconds, outcome, context),
  });
}

function named(name: string, { description, boundaries }: Omit<TimedOptions, 'low'> = {}): Histogram {
  return applicationHistogram(name, {
    unit: 's',
    ...(boundaries !== undefined && { boundaries }),
    ...(description !== undefined && { description }),
  });
}
