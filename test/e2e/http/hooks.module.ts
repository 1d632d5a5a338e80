import {
  HttpException,
  Module,
  type DynamicModule,
  type NestModule,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { HttpAdapterHost, ModulesContainer } from '@nestjs/core';
import type {
  ResolvedHttpOptions,
  ResolvedOptions,
} from '../../../libs/telemetry/src/config/resolved-options.js';
import type { Hook } from '../../../libs/telemetry/src/hooks/hook.js';
import { httpExceptionsHook } from '../../../libs/telemetry/src/hooks/http-exceptions.hook.js';
import { httpHandlerHook } from '../../../libs/telemetry/src/hooks/http-handler.hook.js';
import { httpServerHook } from '../../../libs/telemetry/src/hooks/http-server.hook.js';

const HOOKS: readonly Hook[] = [httpServerHook, httpExceptionsHook, httpHandlerHook];

let httpOptions: Partial<ResolvedHttpOptions> = {};

/** Installs the HTTP hooks at the moment the product's module does. */
@Module({})
export class HooksModule implements NestModule, OnApplicationShutdown {
  #uninstalls: (() => void)[] = [];

  constructor(
    private readonly adapterHost: HttpAdapterHost,
    private readonly modules: ModulesContainer,
  ) {}

  static with(options: Partial<ResolvedHttpOptions> = {}): DynamicModule {
    httpOptions = options;
    return { module: HooksModule };
  }

  configure(): void {
    const host = {
      options: resolved(httpOptions),
      modules: this.modules,
      httpAdapter: this.adapterHost.httpAdapter,
    };
    for (const hook of HOOKS) {
      const outcome = hook.install(host);
      if (!outcome.installed) throw new Error(`${hook.name}: ${outcome.reason}`);
      this.#uninstalls.push(outcome.uninstall);
    }
  }

  onApplicationShutdown(): void {
    for (const uninstall of this.#uninstalls) uninstall();
  }
}

function resolved(http: Partial<ResolvedHttpOptions>): ResolvedOptions {
  const defaults: ResolvedHttpOptions = {
    ignore: ({ path }) => path === '/health',
    spanName: undefined,
    captureRequestHeaders: [],
    captureResponseHeaders: [],
    responseHeader: 'x-trace-id',
    isError: (error) => !(error instanceof HttpException && error.getStatus() < 500),
    client: true,
  };
  const traces = { sampler: undefined, http: { ...defaults, ...http } };
  return { traces, propagation: { inbound: () => 'continue' } } as unknown as ResolvedOptions;
}
