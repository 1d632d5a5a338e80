import 'reflect-metadata';
import type { Attributes } from '@opentelemetry/api';
import { guarded } from '../telemetry.warnings.js';
import type { ParameterAttribute } from './method-metadata.js';
import { readParameterAttributes } from './parameter-attributes.js';
import { runInSpan } from './run-in-span.js';
import type { RunInSpanOptions } from './run-in-span.options.js';

/** A method as decorators see it; what it takes and returns is the user's business. */
export type Method = (this: unknown, ...args: unknown[]) => unknown;

/** Options of a decorated method, or how to make them from the arguments of a call. */
export type MethodSpanOptions = RunInSpanOptions | ((...args: unknown[]) => RunInSpanOptions | undefined);

const NO_OPTIONS: RunInSpanOptions = Object.freeze({});

/** The method, run in a span. */
export function spanMethod(
  original: Method,
  name: string,
  options: MethodSpanOptions | undefined,
  parameters: readonly ParameterAttribute[],
): Method {
  const where = `The options function of span ${name}`;
  const optionsOf = (args: unknown[]): RunInSpanOptions => {
    if (typeof options !== 'function') return options ?? NO_OPTIONS;
    return guarded(where, () => options(...args), undefined) ?? NO_OPTIONS;
  };
  const withParameters = (from: RunInSpanOptions, args: unknown[]): RunInSpanOptions => ({
    ...from,
    lazyAttributes: (): Attributes => ({
      ...readParameterAttributes(parameters, args),
      ...from.lazyAttributes?.(),
    }),
  });
  return aroundMethod(original, (call, args) => {
    const given = optionsOf(args);
    const all =
      parameters.length === 0 ? given : guarded(where, () => withParameters(given, args), NO_OPTIONS);
    return runInSpan(name, all, call);
  });
}

/** What is done around a call; it has to make the call and to return what came of it. */
export type Around = (call: () => unknown, args: unknown[]) => unknown;

/** The method with something around it. To the outside it is the same function: name, length, prototype and all metadata. */
export function aroundMethod(original: Method, around: Around): Method {
  // A shorthand method, because it has no `prototype` of its own and cannot be called with `new`, as methods cannot.
  const wrapper: { readonly method: Method } = {
    method(this: unknown, ...args: unknown[]): unknown {
      return around(() => original.apply(this, args), args);
    },
  };
  return takeIdentity(wrapper.method, original);
}

/** Swagger, guards, `@OnEvent`, CQRS and others find their metadata on the function, and read its name and length. */
function takeIdentity(wrapper: Method, original: Method): Method {
  Object.setPrototypeOf(wrapper, Object.getPrototypeOf(original) as object);
  Object.defineProperties(wrapper, Object.getOwnPropertyDescriptors(original));
  for (const key of Reflect.getOwnMetadataKeys(original) as unknown[]) {
    Reflect.defineMetadata(key, Reflect.getOwnMetadata(key, original), wrapper);
  }
  return wrapper;
}
