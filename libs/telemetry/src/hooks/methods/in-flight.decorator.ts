import type { UpDownCounter } from '@opentelemetry/api';
import { applicationUpDownCounter } from '../../metrics/application.instruments.js';
import { METRICS } from '../../metrics/catalog.js';
import { upDownCounterFor } from '../../metrics/instruments.js';
import type { SpanDecorator } from '../../tracing/span.decorator.js';
import { measuredMethod, type MeasuredOptions } from './measured.method.js';

/**
 * Options of {@link InFlight}.
 * @since 0.1.0
 */
export interface InFlightOptions<A extends readonly unknown[] = never[]> extends MeasuredOptions<A> {
  /** UCUM unit of what is counted, e.g. `{order}`. @defaultValue `'{call}'` */
  readonly unit?: string;
}

/**
 * Counts the calls of a method that are under way: up when one begins, down when its promise, Observable, generator or
 * stream is through. Without a name they are counted in `nestjs.method.active_calls`, by `code.function.name`.
 *
 * @example
 * ```ts
 * @InFlight('orders.active', { unit: '{order}' })
 * place(order: Order) {}
 * ```
 * @throws TelemetryError with code `NT_DECORATOR_MISPLACED` when the class is defined, if put on anything but a method
 * @since 0.1.0
 */
export function InFlight<A extends readonly unknown[] = never[]>(
  name?: string,
  options?: InFlightOptions<A>,
): SpanDecorator<A> {
  const counter = name === undefined ? upDownCounterFor(METRICS.methodActiveCalls) : named(name, options);
  const low = name === undefined ? undefined : (options?.low ?? {});
  return measuredMethod('@InFlight()', low, {
    started: (attributes) => counter.add(1, attributes),
    ended: (attributes) => counter.add(-1, attributes),
    unused: (attributes) => counter.add(-1, attributes),
  });
}

function named(
  name: string,
  { unit = '{call}', description }: Omit<InFlightOptions, 'low'> = {},
): UpDownCounter {
  return applicationUpDownCounter(name, { unit, ...(description !== undefined && { description }) });
}
