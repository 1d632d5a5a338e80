import type { ModulesContainer } from '@nestjs/core';
import type { Module } from '@nestjs/core/injector/module.js';
import { InstanceLoader } from '@nestjs/core/injector/instance-loader.js';
import { DependenciesScanner } from '@nestjs/core/scanner.js';
import { sharedInstallation } from '../shared.installation.js';
import { wrapMethod } from '../wrapped.method.js';

/** Milliseconds since 1970, to fractions of a microsecond. */
type Instant = number;

/** When something was put together. */
export interface Created {
  readonly startedAt: Instant;
  readonly endedAt: Instant;
}

interface CreatedProvider extends Created {
  readonly name: string;
  readonly module: Module;
}

interface ModuleCreation {
  readonly startedAt: Instant;
  endedAt?: Instant;
  /** What its providers and controllers took themselves; the rest it waited for other modules. */
  ownMillis: number;
}

/** Below this nothing is worth a span: an application has hundreds of providers. */
const SLOW_MILLIS = 1;

/** How an application was put together, before anything could be recorded. */
export class Creation {
  readonly startedAt = instantNow();
  /** Providers whose constructor or factory took at least {@link SLOW_MILLIS}. */
  readonly slowProviders: CreatedProvider[] = [];
  readonly #modules = new Map<Module, ModuleCreation>();

  begun(module: Module): void {
    this.#modules.set(module, { startedAt: instantNow(), ownMillis: 0 });
  }

  ended(module: Module): void {
    const creation = this.#modules.get(module);
    if (creation !== undefined) creation.endedAt = instantNow();
  }

  provided({ name, metatype, host: module }: Instantiated, startedAt: Instant, endedAt: Instant): void {
    if (module === undefined) return;
    const millis = endedAt - startedAt;
    const creation = this.#modules.get(module);
    if (creation !== undefined) creation.ownMillis += millis;
    // A module is among its own providers, and has a span of its own.
    if (millis < SLOW_MILLIS || metatype === module.metatype) return;
    this.slowProviders.push({ name: nameOf(name), module, startedAt, endedAt });
  }

  /** Modules whose providers and controllers together took at least {@link SLOW_MILLIS}. */
  *slowModules(): Generator<[Module, Created]> {
    for (const [module, { startedAt, endedAt, ownMillis }] of this.#modules) {
      if (endedAt !== undefined && ownMillis >= SLOW_MILLIS) yield [module, { startedAt, endedAt }];
    }
  }
}

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
  readonly metatype: unknown;
  readonly host?: Module;
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
      creations.set(this.container.getModules(), new Creation());
      return scan.apply(this, args);
    };
  });
}

function watchFirstStep(): () => void {
  return wrapMethod(InstanceLoader.prototype, 'createInstancesOfProviders', (create) => {
    return function (this: Loader, module: Module) {
      const creation = creations.get(this.container.getModules());
      if (creation === undefined) return create.call(this, module);
      creation.begun(module);
      watchInjector(this.injector, creation);
      return create.call(this, module);
    };
  });
}

function watchLastStep(): () => void {
  return wrapMethod(InstanceLoader.prototype, 'createInstancesOfControllers', (create) => {
    return async function (this: Loader, module: Module) {
      await create.call(this, module);
      creations.get(this.container.getModules())?.ended(module);
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
    creation.provided(wrapper, startedAt, hasWaited ? instantNow() : returnedAt);
    return instance;
  };
}

function nameOf(token: unknown): string {
  return typeof token === 'function' ? token.name : String(token);
}
