import type { TextMapPropagator } from '@opentelemetry/api';
import type { ViewOptions } from '@opentelemetry/sdk-metrics';
import type { ReadableSpan, Sampler } from '@opentelemetry/sdk-trace';
import type { RecordedLog } from './recorded-log.js';
import type { RecordedMetric } from './recorded-metric.js';

/**
 * Options of `recordTelemetry()`. They shape what is made without an application; an application under test
 * brings its own.
 */
export interface RecordOptions {
  /** `service.name` of spans that are made without an application. @defaultValue `'test'` */
  serviceName?: string;
  /** @defaultValue every trace is recorded */
  sampler?: Sampler;
  /** @defaultValue W3C trace context and baggage */
  propagator?: TextMapPropagator;
  /** Views of the metrics. @defaultValue `metrics.views` of the application, if there is one */
  views?: readonly ViewOptions[];
}

/** Everything that was recorded since the recorder started or was cleared. */
export interface TelemetryRecorder extends AsyncDisposable {
  /** Finished, sampled spans in the order in which they ended. */
  readonly spans: readonly ReadableSpan[];
  /** Spans that were started and have not ended: after a test there should be none. */
  readonly openSpans: readonly ReadableSpan[];
  /** Lines of Nest's logger in applications with TelemetryModule. */
  readonly logs: readonly RecordedLog[];
  /**
   * The one span of that name.
   * @throws Error with the trace tree, if there is none or more than one.
   */
  span(name: string | RegExp): ReadableSpan;
  /** Collects all metrics. */
  metrics(): Promise<readonly RecordedMetric[]>;
  /**
   * Collects the metric of that name; instruments of several meters are put together.
   * @throws Error with the names there are, if nothing was measured under that name.
   */
  metric(name: string): Promise<RecordedMetric>;
  /** Calls the listener for every span that ends; returns how to stop that. */
  onSpanEnd(listener: (span: ReadableSpan) => void): () => void;
  /** Forgets all spans, logs and measurements. Spans still open are recorded when they end. */
  clear(): void;
  /**
   * Stops recording. What was recorded stays readable. The last recorder that stops takes out of the OpenTelemetry
   * API what the first one put there. May be called again.
   */
  stop(): Promise<void>;
}
