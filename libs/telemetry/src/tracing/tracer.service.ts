import { Injectable } from '@nestjs/common';
import {
  context,
  trace,
  type Attributes,
  type Context,
  type Span,
  type SpanContext,
  type SpanOptions,
} from '@opentelemetry/api';
import { guarded } from '../telemetry.warnings.js';
import { recordError } from './error-recording.js';
import { runInSpan } from './run-in-span.js';
import type { RunInSpanOptions } from './run-in-span.options.js';
import { currentTracer } from './tracer.js';

const NO_OPTIONS: RunInSpanOptions = Object.freeze({});

/**
 * Spans and what is on them, for code that a decorator does not fit. The helpers for the current span do nothing when
 * there is none.
 * @since 0.1.0
 */
@Injectable()
export class TracerService {
  /**
   * Runs a function in a new span and ends it when its result is through: a promise, an Observable, a generator, an
   * async iterable and a stream included. Errors are recorded and thrown on.
   */
  span<T>(name: string, run: (span: Span) => T): T;
  span<T>(name: string, options: RunInSpanOptions, run: (span: Span) => T): T;
  span<T>(
    name: string,
    ...rest: [run: (span: Span) => T] | [options: RunInSpanOptions, run: (span: Span) => T]
  ): T {
    return rest.length === 1 ? runInSpan(name, NO_OPTIONS, rest[0]) : runInSpan(name, rest[0], rest[1]);
  }

  /** Starts a span that is not made current. It is yours to end, on every path. */
  startSpan(name: string, options?: SpanOptions, parent?: Context): Span {
    return currentTracer().startSpan(name, options, parent);
  }

  /** The span this code runs in. */
  currentSpan(): Span | undefined {
    return trace.getActiveSpan();
  }

  /** Adds an event, something that happened at this moment, to the current span. */
  addEvent(name: string, attributes?: Attributes): void {
    trace.getActiveSpan()?.addEvent(name, attributes);
  }

  /** Marks the current span as failed, for an error that is handled and not thrown on. Takes any value. */
  recordError(error: unknown, attributes?: Attributes): void {
    const span = trace.getActiveSpan();
    if (span !== undefined) recordError(span, error, attributes);
  }

  /** Sets attributes of the current span. */
  setAttributes(attributes: Attributes): void {
    trace.getActiveSpan()?.setAttributes(attributes);
  }

  /** Links the current span to another one that is not its parent: the message that caused it, each item of a batch. */
  link(to: SpanContext | Span, attributes?: Attributes): void {
    const linked = guarded('link()', () => ('spanContext' in to ? to.spanContext() : to), undefined);
    if (linked === undefined) return;
    trace
      .getActiveSpan()
      ?.addLink(attributes === undefined ? { context: linked } : { context: linked, attributes });
  }

  /** The function, to be called in today's context wherever it is called from: a queue, a pool, an event emitter. */
  bind<F extends (...args: never[]) => unknown>(run: F): F {
    return context.bind(context.active(), run);
  }

  /** Runs a function in a context that was kept or extracted. */
  withContext<T>(active: Context, run: () => T): T {
    return context.with(active, run);
  }
}
