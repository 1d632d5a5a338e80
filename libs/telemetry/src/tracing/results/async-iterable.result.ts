import { context } from '@opentelemetry/api';
import { ColdSpan } from './cold-span.js';
import type { ResultKind } from './result-kind.js';
import { traceSteps, type StepMethods } from './traced-iterator.js';

type OpenIterator = (this: unknown) => StepMethods;

/**
 * Other async iterables, such as database cursors: a span per iteration. The object stays what it is, for it may have
 * more to offer (`cursor.toArray()`); if nobody iterates, the span ends with the call.
 */
export const asyncIterableResult: ResultKind = {
  inPlace: true,
  matches: (result) => typeof result[Symbol.asyncIterator] === 'function' && Object.isExtensible(result),

  follow(result, open) {
    const cold = new ColdSpan(open, true);
    const iterate = result[Symbol.asyncIterator] as OpenIterator;
    const traced: OpenIterator = () => {
      const current = cold.take();
      let iterator: StepMethods;
      try {
        iterator = context.with(current.context, () => iterate.call(result));
      } catch (error) {
        current.fail(error);
        throw error;
      }
      if (Object.isExtensible(iterator)) {
        // Leaving the loop early calls `return`; without one the span would stay open.
        iterator.return ??= (value) => Promise.resolve({ done: true, value });
        traceSteps(iterator, () => current);
      } else {
        current.end();
      }
      return iterator;
    };
    const descriptor = { value: traced, writable: true, configurable: true };
    if (!Reflect.defineProperty(result, Symbol.asyncIterator, descriptor)) open.succeed(result);
    return result;
  },
};
