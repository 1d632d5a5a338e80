import { EventEmitter } from 'node:events';
import { Duplex, PassThrough, Readable, Stream, Transform, Writable } from 'node:stream';
import { hasSpan, isExcluded, markAsSpanned, parameterAttributes } from './method-metadata.js';
import type { RunInSpanOptions } from './run-in-span.options.js';
import { spanMethod, type Method } from './span-method.js';
import { methodName } from './span.decorator.js';

/** Called by Nest and by nobody else: they happen once, outside of any request. */
const LIFECYCLE = new Set([
  'constructor',
  'configure',
  'onModuleInit',
  'onApplicationBootstrap',
  'onModuleDestroy',
  'beforeApplicationShutdown',
  'onApplicationShutdown',
]);

/** Base classes of Node, whose methods are plumbing and not what the class does. */
const PLATFORM = new Set<object>(
  [Object, EventEmitter, Stream, Readable, Writable, Duplex, Transform, PassThrough].map(
    (each): object => each.prototype as object,
  ),
);

/**
 * `@Span()` for every method of a class: its own and those it inherits, which are named after this class and stay as
 * they are for the parent and its other children. Left out are getters and setters, the constructor, lifecycle hooks
 * of Nest, static methods, methods with `@NoSpan()`, and methods that have a span already.
 *
 * @param options - for the span of every method
 * @since 0.1.0
 */
export function Traceable(options?: RunInSpanOptions): (target: { readonly prototype: object }) => void {
  return (target) => {
    const taken = new Set(LIFECYCLE);
    for (let owner = target.prototype; isTraceable(owner); owner = parentOf(owner)) {
      for (const key of Object.getOwnPropertyNames(owner)) {
        if (taken.has(key)) continue;
        // Seen once is enough: what follows up the chain under this name is overridden.
        taken.add(key);
        traceMethod(target.prototype, owner, key, options);
      }
    }
  };
}

function traceMethod(
  prototype: object,
  owner: object,
  key: string,
  options: RunInSpanOptions | undefined,
): void {
  const descriptor = Object.getOwnPropertyDescriptor(owner, key);
  if (typeof descriptor?.value !== 'function' || (owner === prototype && descriptor.configurable !== true))
    return;
  if (hasSpan(owner, key) || isExcluded(owner, key)) return;
  const parameters = parameterAttributes(owner, key);
  const value = spanMethod(descriptor.value as Method, methodName(prototype, key), options, parameters);
  Object.defineProperty(prototype, key, { ...descriptor, value });
  markAsSpanned(prototype, key);
}

function parentOf(prototype: object): object {
  return (Object.getPrototypeOf(prototype) as object | null) ?? Object.prototype;
}

function isTraceable(prototype: object): boolean {
  return !PLATFORM.has(prototype) && !isBuiltIn(prototype.constructor);
}

/** Whether a class is written in C++, as Map and Error are. */
function isBuiltIn(constructor: unknown): boolean {
  return (
    typeof constructor === 'function' &&
    Function.prototype.toString.call(constructor).endsWith('{ [native code] }')
  );
}
