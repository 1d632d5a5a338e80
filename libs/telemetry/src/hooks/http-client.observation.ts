import { SpanStatusCode, type Attributes, type Context, type Span } from '@opentelemetry/api';
import { METRICS } from '../metrics/catalog.js';
import { histogramFor } from '../metrics/instruments.js';
import type { KeepQuestion } from '../propagation/keep.exchange.js';
import { ERROR_TYPE } from '../semconv.js';
import { httpClientResponse } from '../tracing/conventions/http.conventions.js';
import { errorType, recordError } from '../tracing/error-recording.js';
import { measured } from './measured.attributes.js';

/**
 * One outgoing request: its CLIENT span and its duration.
 *
 * The span ends when the body of the answer was received or failed. An application may leave a body unread, and then
 * no client library says anything more, so such a request ends when its head was received: that is the moment until
 * which it was really waited for, and the conventions ask not to count the clean-up that happens later.
 */
export class HttpClientObservation {
  /** When the head of the answer was there, by `performance.now()`. */
  answeredAt: number | undefined;
  /** What tail sampling asked along with the request. */
  question: KeepQuestion | undefined;
  readonly #startedAt = performance.now();
  readonly #span: Span;
  readonly #context: Context;
  readonly #low: Attributes;

  constructor(span: Span, context: Context, low: Attributes) {
    this.#span = span;
    this.#context = context;
    this.#low = low;
  }

  answered(statusCode: number, protocolVersion: string | undefined): void {
    this.answeredAt = performance.now();
    const response = httpClientResponse(statusCode, protocolVersion);
    Object.assign(this.#low, response);
    if (!this.#span.isRecording()) return;
    this.#span.setAttributes(response);
    if (statusCode >= 400) this.#span.setStatus({ code: SpanStatusCode.ERROR });
  }

  finished(): void {
    this.#end(performance.now());
  }

  /** The body was never read to its end; see the class. */
  leftUnread(): void {
    this.#end(this.answeredAt ?? performance.now());
  }

  failed(error: unknown): void {
    const type = failureType(error);
    this.#low[ERROR_TYPE] = type;
    recordError(this.#span, error);
    this.#span.setAttribute(ERROR_TYPE, type);
    this.#end(performance.now());
  }

  #end(at: number): void {
    // A time that `performance.now()` could have given is taken as such, so the span keeps its own clock.
    this.#span.end(at);
    const row = METRICS.httpClientRequestDuration;
    histogramFor(row).record((at - this.#startedAt) / 1000, measured(row, this.#low), this.#context);
  }
}

/**
 * Time limits and aborts by their name, whichever code and wrapping the client gives them; anything else as usual.
 * Read by shape, because test runners give every file its own `Error`.
 */
function failureType(error: unknown): string {
  if (typeof error !== 'object' || error === null) return errorType(error);
  const { name, cause } = error as { name?: unknown; cause?: { name?: unknown } | null };
  if (name === 'TimeoutError' || cause?.name === 'TimeoutError') return 'TimeoutError';
  return name === 'AbortError' ? name : errorType(error);
}
