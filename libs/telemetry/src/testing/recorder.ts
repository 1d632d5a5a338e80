import {
  TraceFlags,
  type Attributes,
  type MeterProvider,
  type TextMapPropagator,
  type TracerProvider,
} from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import type { ViewOptions } from '@opentelemetry/sdk-metrics';
import type { ReadableSpan, Span } from '@opentelemetry/sdk-trace';
import { GuardSpanProcessor } from '../processors/guard.span-processor.js';
import { createPropagator } from '../propagation/propagators.js';
import { TrustBoundaryPropagator } from '../propagation/trust-boundary.propagator.js';
import type { MeterTraits } from '../sdk/runtime-overrides.js';
import { LeanTracerProvider } from '../sdk/tracer/lean.tracer-provider.js';
import { SERVICE_NAME } from '../semconv.js';
import { MetricsRecording } from './metrics.recording.js';
import { toRecordedLog, type RecordedLog } from './recorded-log.js';
import type { RecordedExemplar, RecordedMetric, RecordedPoint } from './recorded-metric.js';
import type { RecordedWarning } from './recorded-warning.js';
import { recordingHub, type Recording } from './recording-hub.js';
import { printTelemetry } from './print-telemetry.js';
import { filterText, spanFits, type SpanFilter } from './span-filter.js';
import type { RecordOptions, TelemetryRecorder } from './telemetry.recorder.js';

/**
 * Records all telemetry of this process, in memory: spans, metrics and logs of applications with `TelemetryModule`,
 * and those of plain code that uses `@Span()` or the OpenTelemetry API. Nothing is sent anywhere. Start it before
 * the application, so that the application's sampler, processors and resource are used:
 *
 * ```ts
 * const telemetry = recordTelemetry();
 * const app = await NestFactory.create(AppModule);
 * …
 * expect(telemetry).toHaveSpan('GET /users/:id', { kind: 'server', status: 'unset' });
 * ```
 *
 * Started after the application it records as well, but with a plain SDK of its own. Several recorders may run at
 * once: each records everything.
 * @since 0.1.0
 */
export function recordTelemetry(options: RecordOptions = {}): TelemetryRecorder {
  return new Recorder(options);
}

/** How an application measures that is given no options. */
const PLAIN_METERS: MeterTraits = { views: [], cardinalityLimit: 2000, exemplars: true };

class Recorder implements TelemetryRecorder, Recording {
  readonly tracerProvider: TracerProvider;
  readonly propagator: TextMapPropagator;
  private readonly measured: MetricsRecording;
  private readonly views: readonly ViewOptions[] | undefined;
  private readonly listeners = new Set<(span: ReadableSpan) => void>();
  /** By id: a processor in between may hand on another object than the one that was started. */
  private readonly open = new Map<string, Span>();
  private ended: ReadableSpan[] = [];
  private lines: RecordedLog[] = [];
  private given: RecordedWarning[] = [];

  constructor({ serviceName = 'test', propagator, views, ...tracing }: RecordOptions) {
    const resource = resourceFromAttributes({ [SERVICE_NAME]: serviceName });
    this.views = views;
    this.measured = new MetricsRecording(resource, this.metersOf(undefined));
    // All of it as the runtime makes it, so that a test without an application sees what an application would do.
    this.propagator = new TrustBoundaryPropagator(
      propagator ?? createPropagator(['tracecontext', 'baggage']),
    );
    this.tracerProvider = new LeanTracerProvider({
      resource,
      spanProcessor: new GuardSpanProcessor([...(tracing.processors ?? []), recordingHub.spanProcessor]),
      sampler: tracing.sampler,
      spanLimits: tracing.limits,
      idGenerator: tracing.idGenerator,
    });
    recordingHub.enter(this);
  }

  get spans(): readonly ReadableSpan[] {
    return this.ended;
  }

  get spanNames(): readonly string[] {
    return this.ended.map((span) => span.name);
  }

  get openSpans(): readonly ReadableSpan[] {
    return [...this.open.values()];
  }

  get logs(): readonly RecordedLog[] {
    return this.lines;
  }

  get warnings(): readonly RecordedWarning[] {
    return this.given;
  }

  get meterProvider(): MeterProvider {
    return this.measured.provider;
  }

  span(which: SpanFilter): ReadableSpan {
    const found = this.findSpans(which);
    const [only] = found;
    if (only && found.length === 1) return only;
    const count = found.length > 0 ? `${found.length} spans are` : 'No span is';
    throw new Error(`${count} ${filterText(which)}.\n\n${printTelemetry(this)}`);
  }

  findSpans(which: SpanFilter): readonly ReadableSpan[] {
    return this.ended.filter((span) => spanFits(which, span));
  }

  metrics(): Promise<readonly RecordedMetric[]> {
    return this.measured.all();
  }

  metric(name: string): Promise<RecordedMetric> {
    return this.measured.named(name);
  }

  points(name: string, attributes?: Attributes): Promise<readonly RecordedPoint[]> {
    return this.measured.points(name, attributes);
  }

  exemplars(name: string, attributes?: Attributes): Promise<readonly RecordedExemplar[]> {
    return this.measured.exemplars(name, attributes);
  }

  onSpanEnd(listener: (span: ReadableSpan) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  clear(): void {
    // New lists, so that what a test holds on to does not change under it.
    this.ended = [];
    this.lines = [];
    this.given = [];
    recordingHub.renewMetrics(this);
  }

  async stop(): Promise<void> {
    recordingHub.leave(this);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  renewMetrics(traits: MeterTraits | undefined): void {
    this.measured.beginAnew(this.metersOf(traits));
  }

  followMetrics(traits: MeterTraits): void {
    this.measured.follow(this.metersOf(traits));
  }

  spanStarted(span: Span): void {
    this.open.set(span.spanContext().spanId, span);
  }

  spanEnded(span: ReadableSpan): void {
    const { spanId, traceFlags } = span.spanContext();
    this.open.delete(spanId);
    // As an exporter: what was only recorded, not sampled, is not kept.
    if ((traceFlags & TraceFlags.SAMPLED) === 0) return;
    this.ended.push(span);
    for (const listener of this.listeners) listener(span);
  }

  lineWritten(line: string): void {
    this.lines.push(toRecordedLog(line));
  }

  warningGiven(warning: RecordedWarning): void {
    // As in production, where the same text is reported once in a while.
    if (!this.given.some(({ message }) => message === warning.message)) this.given.push(warning);
  }

  private metersOf(traits: MeterTraits = PLAIN_METERS): MeterTraits {
    return { ...traits, views: this.views ?? traits.views };
  }
}
