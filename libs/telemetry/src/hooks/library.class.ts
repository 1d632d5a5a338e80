import type { ModulesContainer } from '@nestjs/core';

/**
 * The prototype of a class that a Nest library provides, found by its name among the providers, so that the library is
 * never loaded by us and every copy of it is recognised. Classes are known before any of them is instantiated. A
 * provider that was overridden is found by its token.
 */
export function prototypeOf(modules: ModulesContainer, name: string): object | undefined {
  for (const { providers } of modules.values()) {
    for (const { metatype, token } of providers.values()) {
      const found = namedInChain(metatype, name) ?? namedInChain(token, name);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** The class of a module by its name, with the static fields that a library keeps on it. */
export function moduleClass(modules: ModulesContainer, name: string): object | undefined {
  for (const { metatype } of modules.values()) {
    if (namedInChain(metatype, name) !== undefined) return metatype;
  }
  return undefined;
}

/** Whether a library still has the methods that a hook builds on. */
export function hasMethods(prototype: object, ...names: readonly string[]): boolean {
  return names.every((name) => typeof (prototype as Record<string, unknown>)[name] === 'function');
}

/** Applications may extend the class of a library. */
function namedInChain(candidate: unknown, name: string): object | undefined {
  if (typeof candidate !== 'function' || typeof candidate.prototype !== 'object') return undefined;
  let type: unknown = candidate;
  while (typeof type === 'function' && type !== Function.prototype) {
    if (type.name === name) return candidate.prototype as object;
    type = Object.getPrototypeOf(type);
  }
  return undefined;
}
