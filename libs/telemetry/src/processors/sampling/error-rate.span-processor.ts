import { SpanStatusCode } from '@opentelemetry/api';
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace';
import type { ErrorRates } from './error.rates.js';
import { requestClass } from './request.class.js';

/** Tells {@link ErrorRates} how the traces that began here went. */
export class ErrorRateSpanProcessor implements SpanProcessor {
  constructor(private readonly rates: ErrorRates) {}

  onStart(): void {}

  onEnd(span: ReadableSpan): void {
    if (span.parentSpanContext !== undefined) return;
    this.rates.record(requestClass(span), span.status.code === SpanStatusCode.ERROR);
  }

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {}
}
