import type { ModulesContainer } from '@nestjs/core';
import type { HookOutcome } from './hook.js';

interface Class {
  readonly name: string;
  readonly prototype: object;
}

/**
 * The class of a module that the application imports, by its name: that is how a Nest library is recognised without
 * loading it, whichever copy it is. Modules and providers are known before any of them is instantiated.
 */
export function moduleClass(modules: ModulesContainer, name: string): object | undefined {
  for (const { metatype } of modules.values()) {
    const found = namedInChain(metatype, name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * The prototype of a class that a library provides, if it has the methods that a hook builds on: an application may have
 * a `CommandBus` of its own. A provider that was overridden is found by its token.
 */
export function prototypeOf(
  modules: ModulesContainer,
  name: string,
  ...methods: readonly string[]
): object | undefined {
  for (const { providers } of modules.values()) {
    for (const { metatype, token } of providers.values()) {
      for (const type of [metatype, token]) {
        const prototype = namedInChain(type, name)?.prototype;
        if (prototype !== undefined && hasMethods(prototype, ...methods)) return prototype;
      }
    }
  }
  return undefined;
}

/** Whether a library still has the methods that a hook builds on. */
export function hasMethods(prototype: object, ...names: readonly string[]): boolean {
  return names.every((name) => typeof (prototype as Record<string, unknown>)[name] === 'function');
}

/** The outcome for an application that does not use the library. */
export function notImported(library: string): HookOutcome {
  return { installed: false, reason: `${library} is not imported`, absent: true };
}

/** The outcome for a library that has changed since the hook was written. */
export function unknownVersion(library: string): HookOutcome {
  return { installed: false, reason: `this version of ${library} works differently` };
}

/** The outcome of an installation in several steps. */
export function installedBy(...undo: readonly (() => void)[]): Extract<HookOutcome, { installed: true }> {
  return {
    installed: true,
    uninstall() {
      for (const step of undo.toReversed()) step();
    },
  };
}

/** An application may extend the class of a library; it is the library's own that everybody shares. */
function namedInChain(candidate: unknown, name: string): Class | undefined {
  for (let type = candidate; isClass(type); type = Object.getPrototypeOf(type)) {
    if (type.name === name) return type;
  }
  return undefined;
}

function isClass(candidate: unknown): candidate is Class {
  return typeof candidate === 'function' && typeof candidate.prototype === 'object';
}
