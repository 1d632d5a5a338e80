import {
  context,
  metrics,
  propagation,
  SpanKind,
  trace,
  type Attributes,
  type HrTime,
} from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
import { MeterProvider, MetricReader, type DataPoint, type Histogram } from '@opentelemetry/sdk-metrics';
import {
  InMemorySpanExporter,
  ParentBasedSampler,
  AlwaysOnSampler,
  SimpleSpanProcessor,
  TracerProvider,
  type ReadableSpan,
} from '@opentelemetry/sdk-trace';
import { vi } from 'vitest';

class PullReader extends MetricReader {
  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
}

/** What the suites see of the telemetry of one file. */
export interface Telemetry {
  spans(): ReadableSpan[];
  /** The server span that is there once `count` server spans have ended. */
  serverSpans(count?: number): Promise<ReadableSpan[]>;
  serverSpan(): Promise<ReadableSpan>;
  durations(): Promise<DataPoint<Histogram>[]>;
  reset(): void;
  stop(): Promise<void>;
}

export function startTelemetry(): Telemetry {
  const exporter = new InMemorySpanExporter();
  const tracerProvider = new TracerProvider({
    sampler: new ParentBasedSampler({ root: new AlwaysOnSampler() }),
    spanProcessors: [new SimpleSpanProcessor({ exporter })],
  });
  const reader = new PullReader();
  const meterProvider = new MeterProvider({ readers: [reader] });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(
    new CompositePropagator({ propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()] }),
  );
  trace.setGlobalTracerProvider(tracerProvider);
  metrics.setGlobalMeterProvider(meterProvider);

  const spans = (): ReadableSpan[] => exporter.getFinishedSpans();
  const serverSpans = async (count = 1): Promise<ReadableSpan[]> =>
    vi.waitFor(
      () => {
        const found = spans().filter((span) => span.kind === SpanKind.SERVER);
        if (found.length < count) throw new Error(`${found.length} of ${count} server spans ended`);
        return found;
      },
      { timeout: 8000, interval: 5 },
    );
  return {
    spans,
    serverSpans,
    async serverSpan() {
      const [span, ...more] = await serverSpans();
      if (span === undefined || more.length > 0) throw new Error('exactly one server span was expected');
      return span;
    },
    async durations() {
      const { resourceMetrics } = await reader.collect();
      return resourceMetrics.scopeMetrics
        .flatMap((scope) => scope.metrics)
        .filter((metric) => metric.descriptor.name === 'http.server.request.duration')
        .flatMap((metric) => metric.dataPoints as DataPoint<Histogram>[]);
    },
    reset: () => exporter.reset(),
    async stop() {
      await tracerProvider.shutdown();
      await meterProvider.shutdown();
      for (const api of [trace, metrics, context, propagation]) api.disable();
    },
  };
}

/** Events as `name` and attributes, without their times. */
export function eventsOf(span: ReadableSpan): { name: string; attributes: Attributes }[] {
  return span.events.map(({ name, attributes }) => ({ name, attributes: attributes ?? {} }));
}

export function millis([seconds, nanos]: HrTime): number {
  return seconds * 1000 + nanos / 1e6;
}

/** Messages of the exceptions that were recorded on a span. */
export function exceptionsOf(span: ReadableSpan): unknown[] {
  return eventsOf(span)
    .filter((event) => event.name === 'exception')
    .map((event) => event.attributes['exception.message']);
}
