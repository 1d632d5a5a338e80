import {
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
  type Exception,
  type Span,
} from '@opentelemetry/api';
import type { MetricRow } from '../metrics/catalog.js';
import { histogramFor } from '../metrics/instruments.js';
import { grpcOutcome, type GrpcSide } from '../tracing/conventions/grpc.conventions.js';
import { recordError } from '../tracing/error-recording.js';
import { measured } from './measured.attributes.js';

/** What a call is observed with. */
export interface ObservedCall {
  readonly side: GrpcSide;
  readonly span: Span;
  /** Whether the span is ours to end. @defaultValue `true` */
  readonly owned?: boolean;
  /** The context the span was started in. */
  readonly parent: Context;
  readonly low: Attributes;
  readonly duration: MetricRow<'histogram'>;
}

/** One call from its start to its status: the only place that writes to its span. */
export class GrpcObservation {
  /** With the span active. */
  readonly context: Context;
  readonly #call: ObservedCall;
  readonly #startedAt = performance.now();
  #failure: { readonly error: unknown } | undefined;
  #ended = false;

  constructor(call: ObservedCall) {
    this.#call = call;
    this.context = trace.setSpan(call.parent, call.span);
  }

  /** An error that decides about the status. What it is made into on its way out is not of interest. */
  failed(error: unknown): void {
    this.#failure ??= { error };
  }

  /** The call has its status. Later ones do not reach the other side, so they do not count. */
  end(code: number): void {
    if (this.#ended) return;
    this.#ended = true;
    const { side, span, owned = true, low, duration } = this.#call;
    const outcome = grpcOutcome(side, code);
    const seconds = (performance.now() - this.#startedAt) / 1000;
    histogramFor(duration).record(seconds, measured(duration, { ...low, ...outcome.low }), this.context);
    if (span.isRecording()) {
      this.#recordFailure(outcome.isError);
      span.setAttributes(outcome.low);
    }
    if (owned) span.end();
  }

  #recordFailure(isError: boolean): void {
    const { span } = this.#call;
    if (this.#failure === undefined) {
      if (isError) span.setStatus({ code: SpanStatusCode.ERROR });
      return;
    }
    const { error } = this.#failure;
    // A call is what people search by, so it carries the exception also where a span inside has it already.
    if (isError) recordError(span, error, {});
    else span.recordException(error as Exception);
  }
}
