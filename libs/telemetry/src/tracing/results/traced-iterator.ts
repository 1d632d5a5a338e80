import { context } from '@opentelemetry/api';
import type { OpenSpan } from '../open-span.js';
import { isPromise } from './promise.result.js';

type Step = (this: unknown, ...args: unknown[]) => unknown;

/** What an iterator may have; `return` and `throw` are optional in the protocol. */
export interface StepMethods {
  next: Step;
  return?: Step;
  throw?: Step;
}

/**
 * Makes every step of an iterator run in the context of its span, and ends the span with the last one. The methods
 * are replaced on the object itself, so it stays the generator it is (`util.types.isGeneratorObject`, `instanceof`).
 *
 * @param begin - called before the first step; later ones go on with the same span
 */
export function traceSteps(iterator: StepMethods, begin: () => OpenSpan): void {
  let open: OpenSpan | undefined;

  const around = (step: Step): Step =>
    function (this: unknown, ...args) {
      const current = (open ??= begin());
      let result: unknown;
      try {
        result = context.with(current.context, () => step.apply(iterator, args));
      } catch (error) {
        current.fail(error);
        throw error;
      }
      if (!isPromise(result)) return settle(current, result);
      return result.then(
        (value) => settle(current, value),
        (error: unknown) => {
          current.fail(error);
          throw error;
        },
      );
    };

  replace(iterator, 'next', around(iterator.next));
  if (iterator.throw !== undefined) replace(iterator, 'throw', around(iterator.throw));
  if (iterator.return !== undefined) replace(iterator, 'return', around(iterator.return));
}

function settle(open: OpenSpan, step: unknown): unknown {
  if (isDone(step)) {
    if (step.value === undefined) open.end();
    else open.succeed(step.value);
  }
  return step;
}

function isDone(step: unknown): step is IteratorReturnResult<unknown> {
  return typeof step === 'object' && step !== null && 'done' in step && step.done === true;
}

function replace(iterator: StepMethods, name: keyof StepMethods, value: Step): void {
  Reflect.defineProperty(iterator, name, { value, writable: true, configurable: true, enumerable: false });
}
