import { diag, SpanStatusCode } from '@opentelemetry/api';
import type { ReadableSpan, Span, SpanProcessor } from '@opentelemetry/sdk-trace';
import { currentRedactor } from './redaction/current.redactor.js';

/**
 * What is told of a span beside the message.
 * @since 0.1.0
 */
export interface SpanLogFields {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  /** Milliseconds; of a span that has ended. */
  readonly durationMillis?: number;
  /** Of a span that has ended. */
  readonly status?: 'unset' | 'ok' | 'error';
}

/**
 * Takes one line.
 * @since 0.1.0
 */
export type SpanLog = (message: string, fields: SpanLogFields) => void;

const STATUSES = {
  [SpanStatusCode.UNSET]: 'unset',
  [SpanStatusCode.OK]: 'ok',
  [SpanStatusCode.ERROR]: 'error',
} as const;

/**
 * Says when a span starts and when it ends, and how long it took; for development, and as an example of a processor of
 * one's own.
 *
 * @example
 * ```ts
 * const logger = new Logger('Spans');
 * const processor = new LoggingSpanProcessor((message, fields) => logger.debug(message, fields));
 * TelemetryModule.forRoot({ traces: { processors: [processor] } });
 * ```
 * @since 0.1.0
 */
export class LoggingSpanProcessor implements SpanProcessor {
  readonly #log: SpanLog;

  /** @param log - where lines go; to the diagnostic logger of OpenTelemetry, if it is not given */
  constructor(log: SpanLog = (message, fields) => diag.debug(message, fields)) {
    this.#log = log;
  }

  onStart(span: Span): void {
    // A span that starts has not been redacted yet; its name could come from anywhere.
    const name = currentRedactor().text(span.name, 'span.name');
    this.#log(`${name} started`, idsOf(span));
  }

  onEnd(span: ReadableSpan): void {
    const [seconds, nanoseconds] = span.duration;
    const durationMillis = seconds * 1000 + nanoseconds / 1e6;
    const name = currentRedactor().text(span.name, 'span.name');
    this.#log(`${name} ended after ${durationMillis.toFixed(3)} ms`, {
      ...idsOf(span),
      durationMillis,
      status: STATUSES[span.status.code],
    });
  }

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {}
}

function idsOf(span: Pick<ReadableSpan, 'spanContext' | 'parentSpanContext'>): SpanLogFields {
  const { traceId, spanId } = span.spanContext();
  const parentSpanId = span.parentSpanContext?.spanId;
  return { traceId, spanId, ...(parentSpanId !== undefined && { parentSpanId }) };
}
