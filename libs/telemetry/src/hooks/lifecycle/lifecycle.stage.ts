import {
  context,
  INVALID_SPAN_CONTEXT,
  ROOT_CONTEXT,
  trace,
  type Attributes,
  type Context,
  type Span,
} from '@opentelemetry/api';
import { guarded } from '../../telemetry.warnings.js';
import { recordError } from '../../tracing/error-recording.js';
import { runInSpan } from '../../tracing/run-in-span.js';
import { currentTracer } from '../../tracing/tracer.js';
import { BoundedContext, type Term } from './bounded.context.js';
import type { Created } from './creation.watch.js';

/**
 * The start of an application, or its end: a trace of its own, linked to the span that asked for it. Its span is open
 * while the hooks run and is told when it is over.
 */
export class LifecycleStage {
  readonly #span: Span;
  readonly #context: Context;
  #isOver = false;

  constructor(name: string, startTime?: number) {
    const cause = trace.getSpanContext(context.active());
    const options = {
      root: true,
      ...(startTime !== undefined && { startTime }),
      links: cause === undefined ? [] : [{ context: cause }],
    };
    this.#span = guarded(
      'A sampler or span processor',
      () => currentTracer().startSpan(name, options, ROOT_CONTEXT),
      trace.wrapSpanContext(INVALID_SPAN_CONTEXT),
    );
    this.#context = trace.setSpan(ROOT_CONTEXT, this.#span);
  }

  setAttributes(attributes: Attributes): void {
    this.#span.setAttributes(attributes);
  }

  /** Adds a span for something that is over already. */
  add({ startedAt, endedAt }: Created, name: string, attributes: Attributes): void {
    if (!this.#span.isRecording()) return;
    currentTracer().startSpan(name, { startTime: startedAt, attributes }, this.#context).end(endedAt);
  }

  /** Runs one hook in a span of this stage. What it leaves running lets go of the span when it is through. */
  runHook<T>(name: string, attributes: Attributes, hook: () => T): T {
    if (this.#isOver) return hook();
    const outside = context.active();
    const term: Term = { isOver: false };
    const onEnd = (): void => void (term.isOver = true);
    return runInSpan(name, { parent: this.#context, attributes, onEnd }, () =>
      context.with(new BoundedContext(context.active(), outside, term), hook),
    );
  }

  fail(error: unknown): void {
    if (!this.#isOver) recordError(this.#span, error);
    this.end();
  }

  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    guarded('A span processor', () => this.#span.end(), undefined);
  }
}
