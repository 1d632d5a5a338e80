import { SpanKind, type Attributes, type HrTime } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { recordTelemetry, type RecordedPoint } from 'nest-telemetry/testing';
import { vi } from 'vitest';

/** What the suites see of the telemetry of one file. */
export interface Telemetry {
  spans(): readonly ReadableSpan[];
  /** The server spans, once `count` of them have ended. */
  serverSpans(count?: number): Promise<ReadableSpan[]>;
  serverSpan(): Promise<ReadableSpan>;
  durations(): Promise<readonly RecordedPoint[]>;
  /** Codes of the warnings of the library. */
  warnings(): (string | undefined)[];
  reset(): void;
  stop(): Promise<void>;
}

/** The recorder, asked in the words of this contract. */
export function startTelemetry(): Telemetry {
  const telemetry = recordTelemetry();
  const serverSpans = async (count = 1): Promise<ReadableSpan[]> =>
    vi.waitFor(
      () => {
        const found = telemetry.spans.filter((span) => span.kind === SpanKind.SERVER);
        if (found.length < count) throw new Error(`${found.length} of ${count} server spans ended`);
        return found;
      },
      { timeout: 8000, interval: 5 },
    );
  return {
    spans: () => telemetry.spans,
    serverSpans,
    async serverSpan() {
      const [span, ...more] = await serverSpans();
      if (span === undefined || more.length > 0) throw new Error('exactly one server span was expected');
      return span;
    },
    async durations() {
      const metrics = await telemetry.metrics();
      return metrics.find(({ name }) => name === 'http.server.request.duration')?.points ?? [];
    },
    warnings: () =>
      telemetry.logs
        .filter(({ context, level }) => context === 'Telemetry' && level === 'warn')
        .map(({ message }) => /^\[(\w+)\]/.exec(message)?.[1]),
    reset: () => telemetry.clear(),
    stop: () => telemetry.stop(),
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
