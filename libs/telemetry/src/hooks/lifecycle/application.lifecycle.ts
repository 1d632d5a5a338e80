import type { InjectionToken } from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';
import { CODE_FUNCTION_NAME, NESTJS_MODULE, NESTJS_SHUTDOWN_SIGNAL } from '../../semconv.js';
import { instantNow, takeCreation } from './creation.watch.js';
import { hookedInstances, watchHookCalls, type LifecycleMethod } from './hook.calls.js';
import { LifecycleStage } from './lifecycle.stage.js';
import { isWatched } from './watched.modules.js';

/** Name of the span of the start, and of the end. */
const BOOTSTRAP = 'nestjs.bootstrap';
const SHUTDOWN = 'nestjs.shutdown';

/** What one application goes through, told in two traces. */
export class ApplicationLifecycle {
  readonly #seenAt = instantNow();
  #bootstrap: LifecycleStage | undefined;
  #shutdown: LifecycleStage | undefined;

  constructor(
    private readonly modules: ModulesContainer,
    private readonly ownToken: InjectionToken,
  ) {}

  /** Nest calls `onModuleInit` everywhere. */
  async init(callAll: () => unknown): Promise<void> {
    this.#bootstrap ??= this.#startOfApplication();
    await this.#orFail(this.#bootstrap, 'onModuleInit', callAll);
  }

  /** Nest calls `onApplicationBootstrap` everywhere, which is the last thing of a start. */
  async bootstrap(callAll: () => unknown): Promise<void> {
    const stage = (this.#bootstrap ??= this.#startOfApplication());
    await this.#orFail(stage, 'onApplicationBootstrap', callAll);
    stage.end();
  }

  /** Nest calls one of the hooks of a shutdown everywhere. */
  async shutdown(method: LifecycleMethod, signal: unknown, callAll: () => unknown): Promise<void> {
    this.#bootstrap?.end();
    const stage = (this.#shutdown ??= new LifecycleStage(SHUTDOWN));
    if (typeof signal === 'string') stage.setAttributes({ [NESTJS_SHUTDOWN_SIGNAL]: signal });
    await this.#watch(stage, method, callAll);
  }

  /** What is to be exported has to be over. */
  close(): void {
    this.#bootstrap?.end();
    this.#shutdown?.end();
  }

  #startOfApplication(): LifecycleStage {
    const creation = takeCreation(this.modules);
    const stage = new LifecycleStage(BOOTSTRAP, creation?.startedAt ?? this.#seenAt);
    for (const [module, created] of creation?.slowModules() ?? []) {
      const { name } = module;
      if (isWatched(module, this.ownToken)) stage.add(created, `${name} created`, { [NESTJS_MODULE]: name });
    }
    for (const created of creation?.slowProviders ?? []) {
      const { name, module } = created;
      const attributes = { [NESTJS_MODULE]: module.name, [CODE_FUNCTION_NAME]: name };
      if (isWatched(module, this.ownToken)) stage.add(created, `${name} created`, attributes);
    }
    return stage;
  }

  async #orFail(stage: LifecycleStage, method: LifecycleMethod, callAll: () => unknown): Promise<void> {
    try {
      await this.#watch(stage, method, callAll);
    } catch (error) {
      stage.fail(error);
      throw error;
    }
  }

  #watch(stage: LifecycleStage, method: LifecycleMethod, callAll: () => unknown): Promise<void> {
    return watchHookCalls(stage, method, hookedInstances(this.modules, this.ownToken), callAll);
  }
}
