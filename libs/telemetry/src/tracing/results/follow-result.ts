import type { OpenSpan } from '../open-span.js';
import { asyncIterableResult } from './async-iterable.result.js';
import { claim } from './claim.js';
import { generatorResult } from './generator.result.js';
import { observableResult } from './observable.result.js';
import { promiseResult } from './promise.result.js';
import type { Candidate, ResultKind } from './result-kind.js';
import { streamResult } from './stream.result.js';
import { thenableResult } from './thenable.result.js';

// The order matters: a Mongoose query is a thenable and an async iterable, a Readable is a stream and an async iterable.
const kinds: readonly ResultKind[] = [
  promiseResult,
  thenableResult,
  streamResult,
  observableResult,
  generatorResult,
  asyncIterableResult,
];

/** Ends the span at once for plain results, and when the work is through for the others. */
export function followResult(result: unknown, open: OpenSpan): unknown {
  if (typeof result === 'object' && result !== null) {
    try {
      const candidate = result as Candidate;
      const kind = Array.isArray(result) ? undefined : kindOf(candidate);
      if (kind !== undefined && (!kind.inPlace || claim(candidate, open))) {
        return kind.follow(candidate, open, followResult);
      }
    } catch {
      // A getter or proxy of the result threw. It did so because of us, so this is not the caller's error.
    }
  }
  open.succeed(result);
  return result;
}

function kindOf(candidate: Candidate): ResultKind | undefined {
  for (const kind of kinds) if (kind.matches(candidate)) return kind;
  return undefined;
}
