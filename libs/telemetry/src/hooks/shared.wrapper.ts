import { sharedInstallation } from './shared.installation.js';
import { ownerOf, wrapMethod, type Method } from './wrapped.method.js';

/** Makes the function that takes the place of a method. One wrapper is one such function, kept by its module. */
export type Wrapper = (original: Method) => Method;

/** By class, method and wrapper. */
const installations = new WeakMap<object, Map<string, Map<Wrapper, () => () => void>>>();

/**
 * Wraps a method of an instance's class, once for all who ask for the same wrapper, and returns how to let go of it. A
 * method that is inherited is wrapped where it is defined, so that a class and its subclass do not wrap it twice.
 */
export function shareWrapper(instance: object, name: string, wrapper: Wrapper): () => void {
  const owner = ownerOf(Object.getPrototypeOf(instance) as object, name);
  return owner === undefined ? () => undefined : shareOn(owner, name, wrapper);
}

/** The same for the first class of a hierarchy that has the method, which subclasses may override and call. */
export function shareBaseWrapper(instance: object, name: string, wrapper: Wrapper): () => void {
  let base: object | undefined;
  let next = ownerOf(Object.getPrototypeOf(instance) as object, name);
  while (next !== undefined) {
    base = next;
    const above = Object.getPrototypeOf(next) as object | null;
    next = above === null ? undefined : ownerOf(above, name);
  }
  return base === undefined ? () => undefined : shareOn(base, name, wrapper);
}

function shareOn(owner: object, name: string, wrapper: Wrapper): () => void {
  const methods = entryOf(installations, owner, () => new Map<string, Map<Wrapper, () => () => void>>());
  const wrappers = entryOf(methods, name, () => new Map<Wrapper, () => () => void>());
  return entryOf(wrappers, wrapper, () => sharedInstallation(() => wrapMethod(owner, name, wrapper)))();
}

function entryOf<K, V>(
  entries: { get(key: K): V | undefined; set(key: K, value: V): unknown },
  key: K,
  make: () => V,
): V {
  const known = entries.get(key);
  if (known !== undefined) return known;
  const made = make();
  entries.set(key, made);
  return made;
}
