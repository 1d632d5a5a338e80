import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { SpanKind, trace, type Span } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { TelemetryModule } from 'nest-telemetry';
import { recordTelemetry, type RecordedPoint } from 'nest-telemetry/testing';
import { vi } from 'vitest';

/** What the suites see of the telemetry of one file. */
export interface Telemetry {
  /** Every finished span. */
  spans(): readonly ReadableSpan[];
  /** The CLIENT spans, once there are that many. */
  clientSpans(count?: number): Promise<ReadableSpan[]>;
  /** The only CLIENT span. */
  clientSpan(): Promise<ReadableSpan>;
  durations(): Promise<readonly RecordedPoint[]>;
  /** Runs in a span named `parent`, as a request handler would. */
  inParent<T>(run: (parent: Span) => Promise<T>): Promise<T>;
  reset(): void;
  stop(): Promise<void>;
}

@Module({ imports: [TelemetryModule.forRoot()] })
class ClientModule {}

/** Starts an application, which traces outgoing requests; returns how to close it. */
export async function startApplication(): Promise<() => Promise<void>> {
  const app = await NestFactory.createApplicationContext(ClientModule, { logger: false });
  return () => app.close();
}

/** The recorder, asked in the words of this contract. */
export function startTelemetry(): Telemetry {
  const telemetry = recordTelemetry();
  const clientSpans = (count = 1): Promise<ReadableSpan[]> =>
    vi.waitFor(() => {
      const found = telemetry.spans.filter(({ kind }) => kind === SpanKind.CLIENT);
      const names = found.map(({ name }) => name).join(', ');
      if (found.length !== count) throw new Error(`${count} client spans expected, not: ${names}`);
      return found;
    });
  return {
    spans: () => telemetry.spans,
    clientSpans,
    async clientSpan() {
      const [span] = await clientSpans();
      if (span === undefined) throw new Error('There is no client span.');
      return span;
    },
    async durations() {
      const metrics = await telemetry.metrics();
      return metrics.find(({ name }) => name === 'http.client.request.duration')?.points ?? [];
    },
    inParent: (run) =>
      trace.getTracer('spec').startActiveSpan('parent', async (parent) => {
        try {
          return await run(parent);
        } finally {
          parent.end();
        }
      }),
    reset: () => telemetry.clear(),
    stop: () => telemetry.stop(),
  };
}
