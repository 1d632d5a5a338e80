import { TraceFlags, type TextMapPropagator } from '@opentelemetry/api';
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
import { resourceFromAttributes, type Resource } from '@opentelemetry/resources';
import { MeterProvider, type ViewOptions } from '@opentelemetry/sdk-metrics';
import { TracerProvider, type ReadableSpan, type Span } from '@opentelemetry/sdk-trace';
import { SERVICE_NAME } from '../semconv.js';
import { toRecordedLog, type RecordedLog } from './recorded-log.js';
import { RecordingMetricReader, toRecordedMetrics, type RecordedMetric } from './recorded-metric.js';
import { recordingHub, type Recording } from './recording-hub.js';
import { printTelemetry } from './print-telemetry.js';
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

class Recorder implements TelemetryRecorder, Recording {
  readonly tracerProvider: TracerProvider;
  readonly propagator: TextMapPropagator;
  private readonly resource: Resource;
  private readonly views: readonly ViewOptions[] | undefined;
  private readonly listeners = new Set<(span: ReadableSpan) => void>();
  /** By id: a processor in between may hand on another object than the one that was started. */
  private readonly open = new Map<string, Span>();
  private ended: ReadableSpan[] = [];
  private lines: RecordedLog[] = [];
  private reader = new RecordingMetricReader();
  private meters: MeterProvider;

  constructor({ serviceName = 'test', sampler, propagator, views }: RecordOptions) {
    this.resource = resourceFromAttributes({ [SERVICE_NAME]: serviceName });
    this.views = views;
    this.propagator =
      propagator ??
      new CompositePropagator({ propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()] });
    this.tracerProvider = new TracerProvider({
      resource: this.resource,
      spanProcessors: [recordingHub.spanProcessor],
      ...(sampler && { sampler }),
    });
    this.meters = this.newMeterProvider(views);
    recordingHub.enter(this);
  }

  get spans(): readonly ReadableSpan[] {
    return this.ended;
  }

  get openSpans(): readonly ReadableSpan[] {
    return [...this.open.values()];
  }

  get logs(): readonly RecordedLog[] {
    return this.lines;
  }

  get meterProvider(): MeterProvider {
    return this.meters;
  }

  span(name: string | RegExp): ReadableSpan {
    const found = this.ended.filter((span) =>
      typeof name === 'string' ? span.name === name : name.test(span.name),
    );
    const [only] = found;
    if (only && found.length === 1) return only;
    throw new Error(
      `${found.length > 0 ? `${found.length} spans are` : 'No span is'} named ${String(name)}.\n\n${printTelemetry(this)}`,
    );
  }

  async metrics(): Promise<readonly RecordedMetric[]> {
    const { resourceMetrics } = await this.reader.collect();
    return toRecordedMetrics(resourceMetrics).filter((metric) => metric.points.length > 0);
  }

  async metric(name: string): Promise<RecordedMetric> {
    const all = await this.metrics();
    const found = all.filter((metric) => metric.name === name);
    const [first] = found;
    if (first) return { ...first, points: found.flatMap((metric) => metric.points) };
    const names = all.map((metric) => metric.name).join(', ') || 'nothing';
    throw new Error(`No metric is named ${name}. Measured: ${names}`);
  }

  onSpanEnd(listener: (span: ReadableSpan) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  clear(): void {
    // New lists, so that what a test holds on to does not change under it.
    this.ended = [];
    this.lines = [];
    recordingHub.renewMetrics(this);
  }

  async stop(): Promise<void> {
    recordingHub.leave(this);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  renewMetrics(views: readonly ViewOptions[] | undefined): void {
    this.meters = this.newMeterProvider(this.views ?? views);
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

  private newMeterProvider(views: readonly ViewOptions[] | undefined): MeterProvider {
    this.reader = new RecordingMetricReader();
    return new MeterProvider({
      resource: this.resource,
      readers: [this.reader],
      ...(views && { views: [...views] }),
    });
  }
}
