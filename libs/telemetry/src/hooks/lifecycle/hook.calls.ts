import type { InjectionToken } from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';
import { CODE_FUNCTION_NAME, NESTJS_MODULE } from '../../semconv.js';
import { sharedInstallation } from '../shared.installation.js';
import { wrapMethod } from '../wrapped.method.js';
import type { LifecycleStage } from './lifecycle.stage.js';
import { watchedModules } from './watched.modules.js';

/** The methods Nest calls at start and at shutdown, in this order. */
export type LifecycleMethod =
  | 'onModuleInit'
  | 'onApplicationBootstrap'
  | 'onModuleDestroy'
  | 'beforeApplicationShutdown'
  | 'onApplicationShutdown';

/** An instance whose hook is about to be called. */
interface Expected {
  readonly stage: LifecycleStage;
  readonly module: string;
  /** Its hook was called; one more call comes from itself, as `super.onModuleInit()`. */
  isCalled: boolean;
}

type HookMethod = (this: object, ...args: unknown[]) => unknown;

const expected = new WeakMap<object, Expected>();
const installations = new WeakMap<object, Map<string, () => () => void>>();

/**
 * Makes spans of the calls of one hook while Nest calls it everywhere. The methods are wrapped where they are defined,
 * for as long as that takes.
 */
export async function watchHookCalls(
  stage: LifecycleStage,
  method: LifecycleMethod,
  instances: Iterable<{ readonly instance: object; readonly module: string }>,
  callAll: () => unknown,
): Promise<void> {
  const undo: (() => void)[] = [];
  for (const { instance, module } of instances) {
    try {
      if (typeof Reflect.get(instance, method) !== 'function') continue;
      undo.push(wrapHook(instance, method), () => expected.delete(instance));
      expected.set(instance, { stage, module, isCalled: false });
    } catch {
      // Any provider is asked, also proxies that throw and classes that are frozen; these go without a span.
    }
  }
  try {
    await callAll();
  } finally {
    for (const step of undo) step();
  }
}

function wrapHook(instance: object, method: LifecycleMethod): () => void {
  const owner = ownerOf(instance, method);
  if (owner === undefined) return () => undefined;
  const byMethod = installations.get(owner) ?? new Map<string, () => () => void>();
  installations.set(owner, byMethod);
  const install =
    byMethod.get(method) ?? sharedInstallation(() => wrapMethod(owner, method, spanned(method)));
  byMethod.set(method, install);
  return install();
}

function spanned(method: LifecycleMethod): (original: HookMethod) => HookMethod {
  return (original) =>
    function (this: object, ...args: unknown[]): unknown {
      const call = expected.get(this);
      if (call === undefined || call.isCalled) return original.apply(this, args);
      call.isCalled = true;
      const name = `${this.constructor.name}.${method}`;
      const attributes = { [NESTJS_MODULE]: call.module, [CODE_FUNCTION_NAME]: name };
      return call.stage.runHook(name, attributes, () => original.apply(this, args));
    };
}

function ownerOf(instance: object, method: string): object | undefined {
  for (
    let owner: object | null = instance;
    owner !== null;
    owner = Object.getPrototypeOf(owner) as object | null
  ) {
    if (Object.hasOwn(owner, method)) return owner;
  }
  return undefined;
}

/** Every instance of the application that Nest may call a hook of. */
export function* hookedInstances(
  modules: ModulesContainer,
  ownToken: InjectionToken,
): Generator<{ instance: object; module: string }> {
  for (const module of watchedModules(modules, ownToken)) {
    for (const hosts of [module.providers, module.controllers, module.injectables, module.middlewares]) {
      for (const wrapper of hosts.values()) {
        if (!wrapper.isDependencyTreeStatic()) continue;
        const transient = wrapper.getStaticTransientInstances() as ({ instance?: unknown } | undefined)[];
        const instances: unknown[] = [wrapper.instance, ...transient.map((host) => host?.instance)];
        for (const instance of instances) {
          if (typeof instance === 'object' && instance !== null) yield { instance, module: module.name };
        }
      }
    }
  }
}
