import type { Span } from '@opentelemetry/api';
import { observeWork, type Work } from './work.observation.js';

/** Says that the work failed, although whoever called it will not hear of it. */
export type NoteFailure = (error: unknown) => void;

/**
 * {@link observeWork} for work whose errors the library around it catches and logs itself: the span fails with the error
 * that was noted, the log line of the library is written inside of the span, and the caller gets what it always got.
 */
export async function observeHandledWork<T>(
  work: Work,
  run: (failed: NoteFailure, span: Span) => Promise<T>,
): Promise<T> {
  let handled: { readonly value: T } | undefined;
  try {
    return await observeWork(work, async (span) => {
      const noted: unknown[] = [];
      const value = await run((error) => void noted.push(error), span);
      handled = { value };
      if (noted.length > 0) throw noted[0];
      return value;
    });
  } catch (error) {
    if (handled === undefined) throw error;
    return handled.value;
  }
}

/** The function, called the same way, but its failures are noted on their way to whoever handles them. */
export function noting<A extends unknown[]>(
  run: (this: unknown, ...args: A) => unknown,
  failed: NoteFailure,
): (this: unknown, ...args: A) => Promise<unknown> {
  return async function (this: unknown, ...args) {
    try {
      return await run.apply(this, args);
    } catch (error) {
      failed(error);
      throw error;
    }
  };
}
