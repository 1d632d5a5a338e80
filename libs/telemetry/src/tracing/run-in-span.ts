import { context, ROOT_CONTEXT, type Context, type Span, trace } from '@opentelemetry/api';
import { userCodeFailed, warn } from '../telemetry.warnings.js';
import { OpenSpan } from './open-span.js';
import { followResult } from './results/follow-result.js';
import type { RunInSpanOptions } from './run-in-span.options.js';

const NO_OPTIONS: RunInSpanOptions = Object.freeze({});

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
  if (typeof run !== 'function') {
    warn('NT_CALL_INVALID', { call: 'runInSpan()', what: 'no function to run' });
    return undefined as T;
  }
  let open: OpenSpan;
  let isAside: boolean;
  try {
    open = new OpenSpan(name, options, options.parent ?? context.active());
    isAside = !open.matters && options.parent === undefined;
  } catch (error) {
    // Options that throw when they are read, or a parent that is no context. The work is done all the same.
    userCodeFailed('The options of a span', error);
    open = new OpenSpan(name, NO_OPTIONS, usableContext());
    isAside = !open.matters;
  }
  if (isAside) return run(open.span);
  // A function that takes the span may keep it, so it must be ended even if a lazy result is never used.
  open.context.seen = run.length > 0;
  let result: T;
  try {
    result = context.with(open.context, run, undefined, open.span);
  } catch (error) {
    open.fail(error);
    throw error;
  }
  if (typeof result === 'object' && result !== null && open.options.followResult !== false) {
    return followResult(result, open) as T;
  }
  open.succeed(result);
  return result;
}

/** The active context, if it is one: anything can be made active. */
function usableContext(): Context {
  try {
    const active = context.active();
    trace.getSpan(active);
    return active;
  } catch {
    return ROOT_CONTEXT;
  }
}
