import { EventEmitter } from 'node:events';
import { Duplex, PassThrough, Readable, Stream, Transform, Writable } from 'node:stream';
import {
  hasSpan,
  isExcluded,
  markAsSpanned,
  parameterAttributes,
  unmarkAsSpanned,
} from './method-metadata.js';
import type { RunInSpanOptions } from './run-in-span.options.js';
import { spanMethod, type Method } from './span-method.js';
import { methodName } from './decorated-method.js';

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
 * Puts a span around every method that instances of a class have, its own and inherited ones, and returns how to take
 * them away again. Left out are getters and setters, methods named by a symbol, the constructor, lifecycle hooks of
 * Nest, static methods, methods with `@NoSpan()`, and methods that have a span already. Parents are left as they are.
 */
export function traceMethods(prototype: object, options?: RunInSpanOptions): () => void {
  const taken = new Set(LIFECYCLE);
  const restores: (() => void)[] = [];
  for (let owner = prototype; isTraceable(owner); owner = parentOf(owner)) {
    for (const key of Object.getOwnPropertyNames(owner)) {
      if (taken.has(key)) continue;
      // Seen once is enough: what follows up the chain under this name is overridden.
      taken.add(key);
      const restore = traceMethod(prototype, owner, key, options);
      if (restore !== undefined) restores.push(restore);
    }
  }
  return () => {
    for (const restore of restores) restore();
  };
}

function traceMethod(
  prototype: object,
  owner: object,
  key: string,
  options: RunInSpanOptions | undefined,
): (() => void) | undefined {
  const descriptor = Object.getOwnPropertyDescriptor(owner, key);
  if (typeof descriptor?.value !== 'function') return undefined;
  if (owner === prototype ? descriptor.configurable !== true : !Object.isExtensible(prototype))
    return undefined;
  if (hasSpan(owner, key) || isExcluded(owner, key)) return undefined;
  const parameters = parameterAttributes(owner, key);
  const value = spanMethod(descriptor.value as Method, methodName(prototype, key), options, parameters);
  Object.defineProperty(prototype, key, { ...descriptor, value });
  markAsSpanned(prototype, key);
  return () => {
    // What somebody else put around it in the meantime stays.
    if (Object.getOwnPropertyDescriptor(prototype, key)?.value !== value) return;
    if (owner === prototype) Object.defineProperty(prototype, key, descriptor);
    else Reflect.deleteProperty(prototype, key);
    unmarkAsSpanned(prototype, key);
  };
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
