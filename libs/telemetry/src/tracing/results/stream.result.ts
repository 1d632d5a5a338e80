import { errorMonitor } from 'node:events';
import type { Readable } from 'node:stream';
import type { ResultKind } from './result-kind.js';

/**
 * Node streams one can read from: the span ends on close or error. Listening on `errorMonitor` leaves an error nobody
 * handles as fatal as it was.
 */
export const streamResult: ResultKind = {
  inPlace: true,
  matches: (result) =>
    typeof result['pipe'] === 'function' &&
    typeof result['read'] === 'function' &&
    typeof result['once'] === 'function',

  follow(result, open) {
    if (!open.isAwaited) return result;
    // A socket is a connection and not the result of a call; it may stay open for days.
    if (result['destroyed'] === true || typeof result['setKeepAlive'] === 'function') {
      open.succeed(result);
      return result;
    }
    const stream = result as unknown as Readable & { readonly writable?: boolean };
    const end = (): void => open.succeed(stream);
    stream.once(errorMonitor, (error: unknown) => {
      if (isLeftEarly(error)) open.end();
      else open.fail(error);
    });
    stream.once('close', end);
    // A stream made with `autoDestroy: false` is never closed; one that can still be written to is not through yet.
    stream.once('end', () => {
      if (stream.writable !== true) end();
    });
    return result;
  },
};

/**
 * `break` in a `for await` over a stream destroys it with an AbortError of Node's own. One that came from an AbortSignal
 * names the signal's reason as its cause.
 */
function isLeftEarly(error: unknown): boolean {
  const { code, cause } = error as { code?: unknown; cause?: unknown };
  return code === 'ABORT_ERR' && cause === undefined;
}
