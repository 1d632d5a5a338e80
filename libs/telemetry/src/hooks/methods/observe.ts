import { SpanKind, type Span } from '@opentelemetry/api';
import { applicationHistogram } from '../../metrics/application.instruments.js';
import { metricName } from '../../metrics/metric.name.js';
import { guarded } from '../../telemetry.warnings.js';
import { observeWork } from '../work.observation.js';
import type { HighAttributes, LowAttributes } from './low.attributes.js';

/**
 * Options of {@link observe}.
 * @since 0.1.0
 */
export interface ObserveOptions {
  /** Attributes with few distinct values, for the span and for the metric. */
  readonly low?: LowAttributes;
  /** Attributes for the span only, e.g. ids; a function is asked only if the span is recorded. */
  readonly high?: HighAttributes | (() => HighAttributes | undefined);
  /** @defaultValue `SpanKind.INTERNAL` */
  readonly kind?: SpanKind;
  /** Upper bounds of the buckets in seconds, ascending. @defaultValue those of HTTP durations, 5 ms to 10 s */
  readonly boundaries?: readonly number[];
  /** What is measured, as the metrics page shows it. */
  readonly description?: string;
}

/**
 * Runs work in a span and measures its duration: the span is called `name` and the histogram, in seconds,
 * `<name>.duration`. Both end when the promise, Observable, generator or stream does that `run` returned. An error is
 * recorded on the span, counted by `error.type`, and thrown on.
 *
 * @example
 * ```ts
 * observe('order.place', () => this.place(order), {
 *   low: { 'payment.method': order.payment },
 *   high: { 'order.id': order.id },
 * });
 * ```
 * @param name - few distinct values, lower case with dots, e.g. `order.place`
 * @returns what `run` returned: the same object, or for promises and Observables one that behaves the same
 * @since 0.1.0
 */
export function observe<T>(name: string, run: (span: Span) => T, options: ObserveOptions = {}): T {
  const { low = {}, high, kind = SpanKind.INTERNAL, boundaries, description } = readable(options);
  const histogram = applicationHistogram(`${metricName(name)}.duration`, {
    unit: 's',
    ...(boundaries !== undefined && { boundaries }),
    ...(description !== undefined && { description }),
  });
  return observeWork(
    {
      name,
      kind,
      low,
      ...(high !== undefined && { high: typeof high === 'function' ? high : () => high }),
      duration: (seconds, attributes, context) => histogram.record(seconds, attributes, context),
    },
    run,
  );
}

/** The options, or none where they throw when they are read: the work has to be done all the same. */
function readable(options: ObserveOptions): ObserveOptions {
  return guarded('The options of observe()', () => ({ ...options }), {});
}
