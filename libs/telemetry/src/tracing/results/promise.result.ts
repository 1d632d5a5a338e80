import { types } from 'node:util';
import type { ResultKind } from './result-kind.js';

/**
 * Promises: the span ends when they settle. The caller gets a promise derived from the result, because listening
 * beside it would silence `unhandledRejection`. What a promise resolves to is followed too: Nest handlers may return
 * a promise of an Observable.
 */
export const promiseResult: ResultKind = {
  inPlace: false,
  matches: (result) => typeof result['then'] === 'function' && isPromise(result),

  follow(result, open, follow) {
    if (!open.isAwaited) return result;
    return (result as unknown as Promise<unknown>).then(
      (value) => follow(value, open),
      (error: unknown) => {
        open.fail(error);
        throw error;
      },
    );
  },
};

/** A promise of this realm or another one, but no thenable. */
export function isPromise(value: unknown): value is Promise<unknown> {
  return value instanceof Promise || types.isPromise(value);
}
