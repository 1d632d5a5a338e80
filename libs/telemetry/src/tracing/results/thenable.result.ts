import { context } from '@opentelemetry/api';
import type { ResultKind } from './result-kind.js';

/**
 * Objects with a `then` that are no promises. Most are query builders that run when `then` is called, so it is called
 * only if the user asked for it (`thenables: 'await'`).
 */
export const thenableResult: ResultKind = {
  inPlace: false,
  matches: (result) => typeof result['then'] === 'function',

  follow(result, open, follow) {
    if (open.options.thenables !== 'await') {
      open.succeed(result);
      return result;
    }
    // Called here and not by `await`: Node 22 loses the context on the way to a thenable's `then`.
    const thenable = result as unknown as PromiseLike<unknown>;
    return new Promise((resolve, reject) => {
      context.with(open.context, () => thenable.then(resolve, reject));
    }).then(
      (value) => follow(value, open),
      (error: unknown) => {
        open.fail(error);
        throw error;
      },
    );
  },
};
