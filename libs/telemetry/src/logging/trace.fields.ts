import type { Span, SpanContext } from '@opentelemetry/api';
import { WIDE_EVENT_ROOT_SPAN } from '../nestjs-otel.js';
import { activeSpanContext, isValid } from './active.span.js';
import { currentServiceFields } from './service.fields.js';

interface Served {
  readonly [WIDE_EVENT_ROOT_SPAN]?: Span;
}

/** What every line tells of the trace and the service it belongs to, by the names it has there. */
export type TelemetryFields = Record<string, string>;

/** Two hexadecimal digits, as in a `traceparent`. */
export function flagsText(flags: number): string {
  const byte = flags & 0xff;
  return `${byte < 16 ? '0' : ''}${byte.toString(16)}`;
}

/** A new object with the fields of the current span, or of the request that a line is about, and of the service. */
export function telemetryFields(about?: unknown): TelemetryFields {
  const span = activeSpanContext() ?? requestSpan(about)?.spanContext();
  return { ...spanFields(span), ...currentServiceFields() };
}

function spanFields(span: SpanContext | undefined): TelemetryFields {
  if (span === undefined || !isValid(span)) return {};
  return { trace_id: span.traceId, span_id: span.spanId, trace_flags: flagsText(span.traceFlags) };
}

/**
 * The server span of the request that a line of pino-http is about. When a response is over, the context it was made in
 * may be as well.
 */
export function requestSpan(about: unknown): Span | undefined {
  if (typeof about !== 'object' || about === null) return undefined;
  try {
    const { res, req } = about as { res?: { req?: Served }; req?: Served };
    return (res?.req ?? req)?.[WIDE_EVENT_ROOT_SPAN];
  } catch {
    return undefined;
  }
}
