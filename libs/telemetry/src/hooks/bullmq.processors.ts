import type { ModulesContainer } from '@nestjs/core';
import { sharedInstallationPer } from './shared.installation.js';
import { wrapMethod } from './wrapped.method.js';

/** What starts a worker for every processor of an application (`BullExplorer` of @nestjs/bullmq). */
interface Explorer {
  readonly discoveryService?: { readonly modulesContainer?: ModulesContainer };
}

/** Class of the application that is behind a worker, and whose it is. */
interface Processor {
  readonly name: string;
  readonly modules: ModulesContainer | undefined;
}

const processors = new WeakMap<object, Processor>();
/** Attempts that run, with the application they belong to. */
const running = new Map<Promise<unknown>, ModulesContainer>();

/** Notes what is behind a worker. */
export const observeProcessors = sharedInstallationPer((explorer: object) =>
  wrapMethod(explorer, 'handleProcessor', (handle) => {
    return function (this: Explorer, instance: { readonly _worker?: object }, ...rest: unknown[]) {
      const result = handle.call(this, instance, ...rest);
      const modules = this.discoveryService?.modulesContainer;
      if (instance._worker) processors.set(instance._worker, { name: instance.constructor.name, modules });
      return result;
    };
  }),
);

/** Name of the class behind a worker, if Nest started it. */
export function processorOf(worker: object): string | undefined {
  return processors.get(worker)?.name;
}

/** Counts an attempt as running until it is over. */
export function asRunning<T>(worker: object, attempt: Promise<T>): Promise<T> {
  const modules = processors.get(worker)?.modules;
  if (modules === undefined) return attempt;
  const over = (): void => void running.delete(attempt);
  running.set(attempt, modules);
  attempt.then(over, over);
  return attempt;
}

/** Resolves when the attempts are over that an application has running now. */
export async function runningAttempts(modules: ModulesContainer): Promise<void> {
  const own = [...running].flatMap(([attempt, owner]) => (owner === modules ? [attempt] : []));
  await Promise.allSettled(own);
}
