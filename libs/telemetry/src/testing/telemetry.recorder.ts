import type { Attributes, TextMapPropagator } from '@opentelemetry/api';
import type { ViewOptions } from '@opentelemetry/sdk-metrics';
import type { IdGenerator, ReadableSpan, Sampler, SpanLimits, SpanProcessor } from '@opentelemetry/sdk-trace';
import type { RecordedLog } from './recorded-log.js';
import type { RecordedExemplar, RecordedMetric, RecordedPoint } from './recorded-metric.js';
import type { RecordedWarning } from './recorded-warning.js';
import type { SpanFilter } from './span-filter.js';

/**
 * Options of `recordTelemetry()`. They shape what is made without an application; an application under test
 * brings its own.
 */
export interface RecordOptions {
  /** `service.name` of spans that are made without an application. @defaultValue `'test'` */
  serviceName?: string;
  /** @defaultValue follows the parent, and records every trace that begins in the test */
  sampler?: Sampler;
  /** What spans pass before they are recorded, in this order. @defaultValue none */
  processors?: readonly SpanProcessor[];
  /** How much of a span is kept. @defaultValue the limits of the OpenTelemetry specification */
  limits?: SpanLimits;
  /** Makes trace and span ids, e.g. such as are the same in every run. @defaultValue random ids */
  idGenerator?: IdGenerator;
  /**
   * Carries context in headers. As in an application it is asked behind the trust boundary, which holds back baggage
   * that may not leave.
   * @defaultValue W3C trace context and baggage
   */
  propagator?: TextMapPropagator;
  /** Views of the metrics. @defaultValue `metrics.views` of the application, if there is one */
  views?: readonly ViewOptions[];
}

/** Everything that was recorded since the recorder started or was cleared. */
export interface TelemetryRecorder extends AsyncDisposable {
  /** Finished, sampled spans in the order in which they ended. */
  readonly spans: readonly ReadableSpan[];
  /** Their names, in the same order. */
  readonly spanNames: readonly string[];
  /** Spans that were started and have not ended: after a test there should be none. */
  readonly openSpans: readonly ReadableSpan[];
  /** Lines of Nest's logger in applications with TelemetryModule. */
  readonly logs: readonly RecordedLog[];
  /**
   * Warnings of this library in the order in which they were given, the same text once. They are logged and printed as
   * ever.
   */
  readonly warnings: readonly RecordedWarning[];
  /**
   * The one finished span of that name, or with these traits.
   * @throws Error with the trace tree, if there is none or more than one.
   */
  span(which: SpanFilter): ReadableSpan;
  /** All finished spans of that name, or with these traits, in the order in which they ended. */
  findSpans(which: SpanFilter): readonly ReadableSpan[];
  /** Collects all metrics. */
  metrics(): Promise<readonly RecordedMetric[]>;
  /**
   * Collects the metric of that name; instruments of several meters are put together.
   * @throws Error with the names there are, if nothing was measured under that name.
   */
  metric(name: string): Promise<RecordedMetric>;
  /**
   * Collects the points of the metric of that name that have these attributes, and maybe more; an attribute that is
   * `undefined` is one they must not have. No points, if nothing was measured under that name.
   */
  points(name: string, attributes?: Attributes): Promise<readonly RecordedPoint[]>;
  /**
   * Collects the measurements of these points that lead to a trace: of each bucket of a histogram, and of each series of
   * a counter, the latest that was made in a sampled one. None, if there are none.
   * @since 0.1.0
   */
  exemplars(name: string, attributes?: Attributes): Promise<readonly RecordedExemplar[]>;
  /** Calls the listener for every span that ends; returns how to stop that. */
  onSpanEnd(listener: (span: ReadableSpan) => void): () => void;
  /** Forgets all spans, logs, warnings and measurements. Spans still open are recorded when they end. */
  clear(): void;
  /**
   * Stops recording. What was recorded stays readable. The last recorder that stops takes out of the OpenTelemetry
   * API what the first one put there. May be called again.
   */
  stop(): Promise<void>;
}
