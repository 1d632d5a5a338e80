import type { Counter } from '@opentelemetry/api';
import { applicationCounter } from '../../metrics/application.instruments.js';
import { METRICS } from '../../metrics/catalog.js';
import { counterFor } from '../../metrics/instruments.js';
import type { SpanDecorator } from '../../tracing/span.decorator.js';
import { measuredMethod, type MeasuredOptions } from './measured.method.js';

/**
 * Options of {@link Counted}.
 * @since 0.1.0
 */
export interface CountedOptions<A extends readonly unknown[] = never[]> extends MeasuredOptions<A> {
  /** UCUM unit of what is counted, e.g. `{order}`. @defaultValue `'{call}'` */
  readonly unit?: string;
}

/**
 * Counts the calls of a method when they are over, failed ones with their `error.type`: a promise when it settles, an
 * Observable at the end of each subscription. Without a name they are counted in `nestjs.method.calls`, by
 * `code.function.name`.
 *
 * @example
 * ```ts
 * @Counted('orders.placed', { low: (order: Order) => ({ 'payment.method': order.payment }) })
 * place(order: Order) {}
 * ```
 * @throws TelemetryError with code `NT_DECORATOR_MISPLACED` when the class is defined, if put on anything but a method
 * @since 0.1.0
 */
export function Counted<A extends readonly unknown[] = never[]>(
  name?: string,
  options?: CountedOptions<A>,
): SpanDecorator<A> {
  const counter = name === undefined ? counterFor(METRICS.methodCalls) : named(name, options);
  const low = name === undefined ? undefined : (options?.low ?? {});
  return measuredMethod('@Counted()', low, {
    ended: (_low, { outcome, context }) => counter.add(1, outcome, context),
  });
}

function named(name: string, { unit = '{call}', description }: Omit<CountedOptions, 'low'> = {}): Counter {
  return applicationCounter(name, { unit, ...(description !== undefined && { description }) });
}
