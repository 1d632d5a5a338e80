import { HttpException } from '@nestjs/common';
import type { Exception, Span } from '@opentelemetry/api';
import { ERROR_TYPE } from '../semconv.js';
import { errorType, recordError } from '../tracing/error-recording.js';

/**
 * Puts an error on the span of a request. The request is what people search by, so it carries the exception also where
 * a span inside has it already. A fault of the client belongs on the span, too, but does not make it an error span.
 */
export function recordRequestError(span: Span, error: unknown, isError: boolean): void {
  if (!span.isRecording()) return;
  if (isError) {
    // Given attributes, even none, ask for the event whoever else has it.
    recordError(span, error, {});
    return;
  }
  span.setAttribute(ERROR_TYPE, errorType(error));
  span.recordException(error as Exception);
}

/** An `HttpException` below 500 is an answer to the caller, and no fault of this side. */
export function isServerFault(error: unknown): boolean {
  return !(error instanceof HttpException && error.getStatus() < 500);
}
