import type { ModulesContainer } from '@nestjs/core';
import { NestApplicationContext } from '@nestjs/core/nest-application-context.js';
import type { Hook } from './hook.js';
import { ApplicationLifecycle } from './lifecycle/application.lifecycle.js';
import { sharedInstallation } from './shared.installation.js';
import { wrapMethod } from './wrapped.method.js';

const lifecycles = new WeakMap<ModulesContainer, ApplicationLifecycle>();

/**
 * One trace for the start of an application and one for its end. Every kind of application (HTTP, microservice,
 * standalone, under test) goes through the same five methods of its base class, one per lifecycle hook.
 */
export const lifecycleHook: Hook = {
  name: 'lifecycle',
  install({ options, modules, ownToken }) {
    if (!options.traces.enabled) return { installed: false, reason: 'traces are off' };
    const lifecycle = new ApplicationLifecycle(modules, ownToken);
    lifecycles.set(modules, lifecycle);
    const release = watchApplications();
    return {
      installed: true,
      uninstall() {
        lifecycle.close();
        lifecycles.delete(modules);
        release();
      },
    };
  },
};

/** What Nest keeps protected. */
interface Application {
  readonly container: { getModules(): ModulesContainer };
}
type Step = (lifecycle: ApplicationLifecycle, callAll: () => unknown, signal: unknown) => Promise<void>;

const STEPS: Readonly<Record<string, Step>> = {
  callInitHook: (lifecycle, callAll) => lifecycle.init(callAll),
  callBootstrapHook: (lifecycle, callAll) => lifecycle.bootstrap(callAll),
  callDestroyHook: (lifecycle, callAll) => lifecycle.shutdown('onModuleDestroy', undefined, callAll),
  callBeforeShutdownHook: (lifecycle, callAll, signal) =>
    lifecycle.shutdown('beforeApplicationShutdown', signal, callAll),
  callShutdownHook: (lifecycle, callAll, signal) =>
    lifecycle.shutdown('onApplicationShutdown', signal, callAll),
};

const watchApplications = sharedInstallation(() => {
  const restores = Object.entries(STEPS).map(([method, step]) =>
    wrapMethod(NestApplicationContext.prototype, method, (original) => {
      return function (this: Application, ...args: unknown[]) {
        const callAll = (): unknown => original.apply(this, args);
        const lifecycle = lifecycles.get(this.container.getModules());
        return lifecycle === undefined ? callAll() : step(lifecycle, callAll, args[0]);
      };
    }),
  );
  return () => {
    for (const restore of restores) restore();
  };
});
