import { context, type Span } from '@opentelemetry/api';
import { OpenSpan } from './open-span.js';
import { followResult } from './results/follow-result.js';
import type { RunInSpanOptions } from './run-in-span.options.js';

/**
 * Runs a function in a new span that is active in it and in everything it starts, and ends the span when the work is
 * through: at return, or when the promise, Observable, generator, async iterable or stream it returned is. An error is
 * recorded and thrown on as it is.
 *
 * This is the one place where spans are made; every decorator and hook calls it.
 *
 * @param name - few distinct values; put ids into attributes
 * @returns what `run` returned: the same object, or for promises and Observables one that behaves the same
 * @since 0.1.0
 */
export function runInSpan<T>(name: string, options: RunInSpanOptions, run: (span: Span) => T): T {
  const open = new OpenSpan(name, options, options.parent ?? context.active());
  if (!open.matters && options.parent === undefined) return run(open.span);
  // A function that takes the span may keep it, so it must be ended even if a lazy result is never used.
  open.context.seen = run.length > 0;
  let result: T;
  try {
    result = context.with(open.context, run, undefined, open.span);
  } catch (error) {
    open.fail(error);
    throw error;
  }
  if (typeof result === 'object' && result !== null && options.followResult !== false) {
    return followResult(result, open) as T;
  }
  open.succeed(result);
  return result;
}
