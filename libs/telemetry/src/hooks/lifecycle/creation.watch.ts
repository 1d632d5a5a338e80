import type { ModulesContainer } from '@nestjs/core';
import type { Module } from '@nestjs/core/injector/module.js';
import { InstanceLoader } from '@nestjs/core/injector/instance-loader.js';
import { DependenciesScanner } from '@nestjs/core/scanner.js';
import { sharedInstallation } from '../shared.installation.js';
import { wrapMethod } from '../wrapped.method.js';

/** Milliseconds since 1970, to fractions of a microsecond. */
type Instant = number;

/** Something that was put together at start. */
export interface Created {
  readonly name: string;
  readonly module: string;
  readonly startedAt: Instant;
  readonly endedAt: Instant;
}

/** How an application was put together, before anything could be recorded. */
export interface Creation {
  readonly startedAt: Instant;
  readonly modules: Created[];
  /** Providers whose constructor or factory took at least {@link SLOW_MILLIS}. */
  readonly slowProviders: Created[];
}

/** Below this a provider is not worth a span: an application has hundreds. */
const SLOW_MILLIS = 1;

const creations = new WeakMap<ModulesContainer, Creation>();

export function instantNow(): Instant {
  return performance.timeOrigin + performance.now();
}

/** What is known of the start of an application; it is handed out once. */
export function takeCreation(modules: ModulesContainer): Creation | undefined {
  const creation = creations.get(modules);
  creations.delete(modules);
  return creation;
}

/** Nest's loader of modules and its injector, as far as they are looked at; both keep these to themselves. */
interface Loader {
  readonly container: { getModules(): ModulesContainer };
  readonly injector: { instantiateClass: Instantiate };
}
interface Instantiated {
  readonly name: unknown;
  readonly host?: { readonly name: string };
}
type Instantiate = (instances: unknown[], wrapper: Instantiated, ...rest: unknown[]) => Promise<unknown>;

/**
 * Writes down how long modules and providers take to be created, from `forRoot()` on, which runs while files are loaded
 * and so before the application is made; the SDK does not exist then. It stays for the life of the process, since the
 * next application may be made from the same module. Nothing but the start of an application runs through it: the
 * injector that serves requests is another one.
 */
export const watchCreation: () => () => void = sharedInstallation(() => {
  const restores = [watchScan(), watchFirstStep(), watchLastStep()];
  return () => {
    for (const restore of restores) restore();
  };
});

function watchScan(): () => void {
  return wrapMethod(DependenciesScanner.prototype, 'scan', (scan) => {
    return function (this: Loader, ...args: unknown[]) {
      creations.set(this.container.getModules(), {
        startedAt: instantNow(),
        modules: [],
        slowProviders: [],
      });
      return scan.apply(this, args);
    };
  });
}

const begun = new WeakMap<Module, Instant>();

function watchFirstStep(): () => void {
  return wrapMethod(InstanceLoader.prototype, 'createInstancesOfProviders', (create) => {
    return function (this: Loader, module: Module) {
      const creation = creations.get(this.container.getModules());
      if (creation === undefined) return create.call(this, module);
      begun.set(module, instantNow());
      watchInjector(this.injector, creation);
      return create.call(this, module);
    };
  });
}

function watchLastStep(): () => void {
  return wrapMethod(InstanceLoader.prototype, 'createInstancesOfControllers', (create) => {
    return async function (this: Loader, module: Module) {
      await create.call(this, module);
      const creation = creations.get(this.container.getModules());
      const startedAt = begun.get(module);
      if (creation === undefined || startedAt === undefined) return;
      const { name } = module;
      creation.modules.push({ name, module: name, startedAt, endedAt: instantNow() });
    };
  });
}

/** This injector is made for the start and thrown away after it, so a method of its own disturbs nobody. */
function watchInjector(injector: Loader['injector'], creation: Creation): void {
  if (Object.hasOwn(injector, 'instantiateClass')) return;
  const { instantiateClass } = injector;
  injector.instantiateClass = async function (this: unknown, instances, wrapper, ...rest) {
    const startedAt = instantNow();
    const created = instantiateClass.call(this, instances, wrapper, ...rest);
    const returnedAt = instantNow();
    // Providers are created side by side. Who waited for nothing is through in this turn of the event loop, and what the
    // others did in it is not its time.
    let hasWaited = false;
    const nextTurn = setImmediate(() => (hasWaited = true));
    const instance = await created.finally(() => clearImmediate(nextTurn));
    const endedAt = hasWaited ? instantNow() : returnedAt;
    if (endedAt - startedAt >= SLOW_MILLIS) {
      const module = wrapper.host?.name ?? '';
      creation.slowProviders.push({ name: nameOf(wrapper.name), module, startedAt, endedAt });
    }
    return instance;
  };
}

function nameOf(token: unknown): string {
  return typeof token === 'function' ? token.name : String(token);
}
