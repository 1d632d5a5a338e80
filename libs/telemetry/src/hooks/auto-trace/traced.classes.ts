import type { InjectionToken } from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';
import type { ResolvedOptions } from '../../config/resolved-options.js';
import type { AutoTraceCandidate } from '../../telemetry.options.js';
import { packageClasses, type Class } from './class.locations.js';

type Filter = NonNullable<ResolvedOptions['autoTrace']>;

/** As dependency injection describes a provider; what a factory makes is known too late. */
interface Provider {
  readonly metatype: unknown;
  readonly isNotMetatype: boolean;
}

/**
 * The classes of the application that `autoTrace` means, derived ones before their parents: a method both have is named
 * after the class the application uses.
 */
export function tracedClasses(modules: ModulesContainer, ownToken: InjectionToken, filter: Filter): Class[] {
  const matching = new Set<Class>();
  for (const module of modules.values()) {
    if (module.providers.has(ownToken)) continue;
    const matches = (kind: AutoTraceCandidate['kind'], found: Class): boolean =>
      filter({ className: found.name, moduleName: module.metatype.name, kind });
    for (const found of classesOf(module.providers.values())) {
      // A module is among its own providers, and none of what people mean by them.
      if (found !== module.metatype && matches('provider', found)) matching.add(found);
    }
    for (const found of classesOf(module.controllers.values())) {
      if (matches('controller', found)) matching.add(found);
    }
  }
  if (matching.size === 0) return [];
  const foreign = packageClasses(matching);
  return [...matching].filter((each) => !foreign.has(each)).toSorted((a, b) => depthOf(b) - depthOf(a));
}

function* classesOf(providers: Iterable<Provider>): Generator<Class> {
  for (const { metatype, isNotMetatype } of providers) {
    if (!isNotMetatype && typeof metatype === 'function' && metatype.prototype !== undefined) {
      yield metatype as Class;
    }
  }
}

function depthOf(subject: Class): number {
  let depth = 0;
  for (let each: unknown = subject; each !== null; each = Object.getPrototypeOf(each)) depth += 1;
  return depth;
}
