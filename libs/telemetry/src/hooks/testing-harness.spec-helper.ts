import { context, metrics, propagation, SpanKind, trace, type Span } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
import type { ModulesContainer } from '@nestjs/core';
import { MeterProvider, MetricReader, type DataPoint, type Histogram } from '@opentelemetry/sdk-metrics';
import {
  InMemorySpanExporter,
  SimpleSpanProcessor,
  TracerProvider,
  type ReadableSpan,
  type Sampler,
} from '@opentelemetry/sdk-trace';
import { vi } from 'vitest';
import type { ResolvedOptions } from '../config/resolved-options.js';
import type { Hook, HookHost } from './hook.js';

class PullReader extends MetricReader {
  protected override async onForceFlush(): Promise<void> {}
  protected override async onShutdown(): Promise<void> {}
}

/** What the specs of this room see of the telemetry of one file. */
export interface Telemetry {
  /** Every finished span. */
  spans(): ReadableSpan[];
  /** The CLIENT spans, once there are that many. */
  clientSpans(count?: number): Promise<ReadableSpan[]>;
  /** The only CLIENT span. */
  clientSpan(): Promise<ReadableSpan>;
  durations(metric: string): Promise<DataPoint<Histogram>[]>;
  /** Runs in a span named `parent`, as a request handler would. */
  inParent<T>(run: (parent: Span) => Promise<T>): Promise<T>;
  reset(): void;
  stop(): Promise<void>;
}

export function startTelemetry(options: { sampler?: Sampler } = {}): Telemetry {
  const exporter = new InMemorySpanExporter();
  const reader = new PullReader();
  const meterProvider = new MeterProvider({ readers: [reader] });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(
    new CompositePropagator({ propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()] }),
  );
  trace.setGlobalTracerProvider(
    new TracerProvider({ ...options, spanProcessors: [new SimpleSpanProcessor({ exporter })] }),
  );
  metrics.setGlobalMeterProvider(meterProvider);

  const spans = (): ReadableSpan[] => exporter.getFinishedSpans();
  const clientSpans = (count = 1): Promise<ReadableSpan[]> =>
    vi.waitFor(() => {
      const found = spans().filter(({ kind }) => kind === SpanKind.CLIENT);
      if (found.length !== count) {
        throw new Error(
          `${count} client spans expected, not ${JSON.stringify(found.map(({ name }) => name))}`,
        );
      }
      return found;
    });
  return {
    spans,
    clientSpans,
    async clientSpan() {
      const [span] = await clientSpans();
      if (span === undefined) throw new Error('There is no client span.');
      return span;
    },
    async durations(metric) {
      const { resourceMetrics } = await reader.collect();
      return resourceMetrics.scopeMetrics
        .flatMap((scope) => scope.metrics)
        .filter(({ descriptor }) => descriptor.name === metric)
        .flatMap(({ dataPoints }) => dataPoints as DataPoint<Histogram>[]);
    },
    inParent: (run) =>
      trace.getTracer('spec').startActiveSpan('parent', async (parent) => {
        try {
          return await run(parent);
        } finally {
          parent.end();
        }
      }),
    reset: () => exporter.reset(),
    async stop() {
      await meterProvider.shutdown();
      trace.disable();
      metrics.disable();
      propagation.disable();
      context.disable();
    },
  };
}

/** Installs a hook as the module would, with the modules of an application if it needs them. */
export function installHook(hook: Hook, modules?: ModulesContainer): () => void {
  const options = { traces: { http: { client: true } } } as ResolvedOptions;
  const outcome = hook.install({ options, modules, httpAdapter: undefined } as HookHost);
  if (!outcome.installed) throw new Error(outcome.reason);
  return outcome.uninstall;
}
