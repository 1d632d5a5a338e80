import { INVALID_SPAN_CONTEXT, INVALID_TRACEID, trace, type Context, type Span } from '@opentelemetry/api';
import { guarded, userCodeFailed, watchRejection } from '../telemetry.warnings.js';
import { ActiveSpanContext, SpanlessContext } from './active-span.context.js';
import { recordError } from './error-recording.js';
import type { RunInSpanOptions, WorkEnd } from './run-in-span.options.js';
import { currentTracer } from './tracer.js';

const NO_SPAN = trace.wrapSpanContext(INVALID_SPAN_CONTEXT);

/** A started span, the context it is active in, and what it takes to end it or to start another one like it. */
export class OpenSpan {
  readonly span: Span;
  readonly context: ActiveSpanContext | SpanlessContext;
  private readonly startedAt: number;
  private over = false;

  /** As text, for messages. */
  readonly name: string;

  constructor(
    name: string,
    readonly options: RunInSpanOptions,
    readonly parent: Context,
  ) {
    this.name = typeof name === 'string' ? name : 'without a name';
    this.startedAt = options.onEnd === undefined ? 0 : performance.now();
    if (options.withoutSpan === true) {
      this.span = NO_SPAN;
      this.context = new SpanlessContext(parent);
    } else {
      this.span = startSpan(name, options, parent);
      this.context = new ActiveSpanContext(parent, this.span);
    }
    if (options.onStart !== undefined) guarded(`The start of ${name}`, () => options.onStart?.(), undefined);
    const { lazyAttributes } = options;
    if (lazyAttributes === undefined || !this.span.isRecording()) return;
    const attributes = guarded(`The attributes of span ${name}`, lazyAttributes, undefined);
    if (attributes !== undefined) this.span.setAttributes(attributes);
  }

  /** False for the spans of an application without tracing: there is nothing to record and nothing to pass on. */
  get matters(): boolean {
    return (
      this.isAwaited ||
      trace.getSpan(this.parent) !== undefined ||
      // Last, for a span that is not recorded makes its ids when they are asked for.
      this.span.spanContext().traceId !== INVALID_TRACEID
    );
  }

  /** Whether anybody wants to know when the work is over. */
  get isAwaited(): boolean {
    return this.span.isRecording() || this.options.onEnd !== undefined;
  }

  /** Ends the span of work that came to a result. */
  succeed(result: unknown): void {
    // Also false when the user's code ended the span itself.
    if (this.span.isRecording()) {
      try {
        this.describe(result);
      } catch (error) {
        userCodeFailed(`The options of span ${this.name}`, error);
      }
    }
    this.close(undefined);
  }

  /** Ends the span of work that failed. */
  fail(error: unknown): void {
    const { span, options } = this;
    if (span.isRecording()) {
      try {
        if (options.recordFailure === undefined) recordError(span, error);
        else options.recordFailure(span, error);
      } catch (failure) {
        userCodeFailed(`The options of span ${this.name}`, failure);
      }
    }
    this.close({ error });
  }

  /** Ends the span of work that was given up: unsubscribed, or left before its end. */
  end(): void {
    this.close(undefined);
  }

  /** Forgets work that was never begun, as far as it is known that nobody referred to it. */
  forget(): void {
    const { options } = this;
    if (options.onUnused !== undefined)
      guarded(`The end of ${this.name}`, () => options.onUnused?.(), undefined);
  }

  /** Starts the same span once more, for work that is done anew: a second subscription, a retry. */
  again(parent: Context): OpenSpan {
    const { startTime: _, ...options } = this.options;
    return new OpenSpan(this.name, options, parent);
  }

  private close(failure: WorkEnd['failure']): void {
    if (this.over) return;
    this.over = true;
    const { span, options, context } = this;
    if (options.onEnd !== undefined) {
      const seconds = (performance.now() - this.startedAt) / 1000;
      const end: WorkEnd = { span, context, failure, seconds };
      guarded(`The end of span ${this.name}`, () => options.onEnd?.(end), undefined);
    }
    if (!span.isRecording()) return;
    try {
      span.end();
    } catch (error) {
      reportPipeline(error);
    }
  }

  private describe(result: unknown): void {
    const { span, options } = this;
    if (options.onResult !== undefined) this.applyOnResult(result);
    if (options.resultAttributes === undefined) return;
    const where = `resultAttributes of span ${this.name}`;
    const attributes = guarded(where, () => options.resultAttributes?.(result), undefined);
    if (attributes !== undefined) span.setAttributes(attributes);
  }

  private applyOnResult(result: unknown): void {
    try {
      const answer = this.options.onResult?.(result);
      watchRejection(`onResult of span ${this.name}`, answer);
      const attributes = answer?.attributes;
      if (attributes !== undefined) this.span.setAttributes(attributes);
    } catch (error) {
      // nestjs-otel shows a failing onResult on the span, and so do we.
      recordError(this.span, error);
    }
  }
}

function startSpan(name: string, options: RunInSpanOptions, parent: Context): Span {
  try {
    return currentTracer().startSpan(name, options, parent);
  } catch (error) {
    reportPipeline(error);
    return NO_SPAN;
  }
}

/** The SDK lets errors of these through to whoever starts or ends a span, which is us, on behalf of the application. */
function reportPipeline(error: unknown): void {
  userCodeFailed('A sampler or span processor', error);
}
