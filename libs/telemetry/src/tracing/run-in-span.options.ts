import type { Attributes, Context, Span, SpanOptions } from '@opentelemetry/api';

/**
 * Options of {@link runInSpan} and of everything built on it.
 * @since 0.1.0
 */
export interface RunInSpanOptions extends SpanOptions {
  /** Context to start from. @defaultValue the active context */
  readonly parent?: Context;
  /** Attributes worth building only if the span is recorded. Added right after the start, so samplers cannot see them. */
  readonly lazyAttributes?: () => Attributes | undefined;
  /**
   * Called with the result of a success: what a promise resolved to, the last value of an Observable, the return value
   * of a generator, else what was returned. If it throws, the span is marked as failed and the call goes on.
   */
  onResult?(result: unknown): { readonly attributes?: Attributes | undefined } | undefined | void;
  /** Attributes from the result, as in `onResult`. If it throws, a warning is given and the call goes on. */
  resultAttributes?(result: unknown): Attributes | undefined;
  /**
   * What to do with a result that has a `then` but is no promise. Query builders (Knex, Drizzle, Mongoose, Prisma) run
   * their query when `then` is called, so by default nobody but the caller calls it and the span ends at return.
   * `'await'` calls it at once; the span covers the query, and the caller gets a promise instead of the builder.
   * @defaultValue `'ignore'`
   */
  readonly thenables?: 'ignore' | 'await';
  /**
   * Whether the span stays open until a promise, Observable, iterator or stream that was returned is through.
   * `false` ends it at return.
   * @defaultValue `true`
   */
  readonly followResult?: boolean;
  /**
   * Puts an error on the span, for work whose errors are not all faults of its own.
   * @defaultValue status ERROR, `error.type` and the exception
   * @internal
   */
  recordFailure?(span: Span, error: unknown): void;
  /**
   * Whether the work is to have no span of its own: for who only measures it. It runs in the span that is active.
   * @internal
   */
  readonly withoutSpan?: boolean;
  /**
   * Called when the work begins, which for Observables and iterators may be several times.
   * @internal
   */
  onStart?(): void;
  /**
   * Called instead of `onEnd` when what was to do its work later was not used, and its span is forgotten.
   * @internal
   */
  onUnused?(): void;
  /**
   * Called once when the work is over, right before the span ends, and also for spans that are not recorded: for who
   * measures the same work.
   * @internal
   */
  onEnd?(end: WorkEnd): void;
}

/**
 * How work in a span came to its end.
 * @internal
 */
export interface WorkEnd {
  readonly span: Span;
  /** The context the work ran in. */
  readonly context: Context;
  /** What it failed with; absent for work that succeeded or was given up. */
  readonly failure: { readonly error: unknown } | undefined;
  /** How long it took; of an Observable each subscription. */
  readonly seconds: number;
}
