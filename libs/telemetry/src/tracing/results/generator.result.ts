import { ColdSpan } from './cold-span.js';
import type { ResultKind } from './result-kind.js';
import { traceSteps, type StepMethods } from './traced-iterator.js';

/**
 * Generators and async generators: the span starts with the first step and ends with the last, whether the generator
 * returned, threw, or was left by `break`. Iterators without `throw` (of arrays and maps) belong to a collection and
 * are results like any other.
 */
export const generatorResult: ResultKind = {
  inPlace: true,
  matches: (result) =>
    typeof result['next'] === 'function' &&
    typeof result['return'] === 'function' &&
    typeof result['throw'] === 'function' &&
    (typeof result[Symbol.asyncIterator] === 'function' || typeof result[Symbol.iterator] === 'function') &&
    Object.isExtensible(result),

  follow(result, open) {
    const cold = new ColdSpan(open, false);
    traceSteps(result as unknown as StepMethods, () => cold.take());
    return result;
  },
};
