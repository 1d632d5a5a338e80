import { Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { HttpAdapterHost, ModulesContainer } from '@nestjs/core';
import type { Environment } from './config/environment.js';
import type { ResolvedOptions } from './config/resolved-options.js';
import { describeBoot } from './doctor/boot-line.js';
import { autoTraceHook } from './hooks/auto-trace.hook.js';
import type { Hook, HookOutcome } from './hooks/hook.js';
import { lifecycleHook } from './hooks/lifecycle.hook.js';
import { beforeQuietEnd } from './hooks/quiet-end.js';
import { sharedInstallation } from './hooks/shared.installation.js';
import type { ServiceFields } from './logging/log-record.js';
import { installTelemetryLogger, type LoggerInstallation } from './logging/nest-logger.hook.js';
import { useService } from './logging/service.fields.js';
import { TelemetryLogger } from './logging/telemetry.logger.js';
import { logCounter } from './metrics/log.counter.js';
import { PrometheusEndpoint } from './metrics/prometheus.endpoint.js';
import { RuntimeMetrics } from './metrics/runtime.metrics.js';
import { measureMachine } from './metrics/system.metrics.js';
import { useRedactor } from './processors/redaction/current.redactor.js';
import { createRedactor } from './processors/redaction/standard.redactor.js';
import { finishesWithin } from './sdk/deadline.js';
import { leaseRuntime, type RuntimeLease } from './sdk/runtime-lease.js';
import { runtimeOverrides } from './sdk/runtime-overrides.js';
import { APPLICATION_HOOKS, EARLY_HOOKS } from './telemetry.hooks.js';
import { ownModule } from './telemetry.module-definition.js';
import type { TelemetryOptions } from './telemetry.options.js';
import { guarded, reasonOf, useWarningSink, warn } from './telemetry.warnings.js';

const LOGS_OFF: LoggerInstallation = { installed: false, reason: 'logs.enabled is false' };

/** What an application is made of, as dependency injection knows it. */
export interface TelemetryApplicationParts {
  readonly raw: TelemetryOptions;
  readonly options: ResolvedOptions;
  readonly env: Environment;
  /** Path of the bad option that telemetry is off for. */
  readonly badOptions?: string;
  readonly modules: ModulesContainer;
  readonly adapterHost: HttpAdapterHost | undefined;
}

/**
 * Telemetry of one Nest application, from its creation to its end: holds a share in the SDK, installs the hooks, serves
 * the metrics, and takes all of it back at shutdown.
 */
export class TelemetryApplication implements OnApplicationBootstrap, OnApplicationShutdown {
  static readonly #byModules = new WeakMap<ModulesContainer, TelemetryApplication>();

  /** The logger of this application, with its level and format. */
  readonly logger: TelemetryLogger;
  readonly #parts: TelemetryApplicationParts;
  readonly #lease: RuntimeLease;
  readonly #outcomes = new Map<string, HookOutcome>();
  readonly #undo: (() => void)[] = [];
  /** Undone last: what goes wrong at the end is still said where people look, and what is told at the last flush is there. */
  readonly #undoLast: (() => void)[] = [];
  #endpoint: PrometheusEndpoint | undefined;
  #loggerOff: string | undefined;
  #installed = false;
  #booted = false;

  /** The one of this application: importing the module a second time gets the same, and a warning. */
  static of(parts: TelemetryApplicationParts): TelemetryApplication {
    const existing = TelemetryApplication.#byModules.get(parts.modules);
    if (existing) {
      warn('NT_MODULE_IMPORTED_TWICE');
      return existing;
    }
    const created = new TelemetryApplication(parts);
    TelemetryApplication.#byModules.set(parts.modules, created);
    return created;
  }

  private constructor(parts: TelemetryApplicationParts) {
    this.#parts = parts;
    const { raw, options, env } = parts;
    // First of all and withdrawn last: everything that is said passes it.
    if (options.enabled) this.#undoLast.push(useRedactor(createRedactor(options.redaction)));
    const logger = createLogger(options);
    const installation =
      options.enabled && options.logs.enabled ? installTelemetryLogger(logger, isRecorded()) : LOGS_OFF;
    // An application may have made one of its own, which is then the one to inject.
    this.logger = installation.installed ? installation.logger : logger;
    // Before the SDK starts, so that what it has to say is said where people look.
    if (options.enabled)
      this.#undoLast.push(useWarningSink((code, text) => new Logger('Telemetry').warn(`[${code}] ${text}`)));
    this.#lease = leaseRuntime('TelemetryModule', raw, options, env);
    if (!options.enabled) return;
    this.#undoLast.push(useService(serviceOf(options)));
    if (installation.installed) this.#undoLast.push(installation.uninstall);
    else this.#loggerOff = installation.reason;
    // A test looks at the application, and not at what looks at it.
    if (installation.installed && options.metrics.enabled && !isRecorded())
      this.#undoLast.push(installation.logger.addOutput(logCounter));
    if (options.metrics.enabled && options.metrics.runtime) this.#undo.push(measureProcess());
    if (options.metrics.enabled && options.metrics.system) this.#undo.push(measureSystem());
    this.#undo.push(beforeQuietEnd(() => this.#lease.release()));
    this.#installHooks(EARLY_HOOKS);
    // A test counts the spans of what it does, and not those of what was done for it.
    if (options.traces.lifecycle ?? !isRecorded()) this.#installHooks([lifecycleHook]);
    // Not in the list, because it is no news that what nobody asked for is off.
    if (options.autoTrace !== undefined) this.#installHooks([autoTraceHook]);
  }

  /** Hooks into the application. Called twice by Nest for applications with HTTP, once without. */
  install(): void {
    if (this.#installed || !this.#parts.options.enabled) return;
    this.#installed = true;
    this.#installHooks(APPLICATION_HOOKS);
    this.#mountMetrics();
  }

  /** Calls back when everything has been sent and the SDK is released. */
  afterLastFlush(listener: () => void): void {
    this.#undoLast.push(listener);
  }

  async onApplicationBootstrap(): Promise<void> {
    if (this.#booted) return;
    this.#booted = true;
    const { options, badOptions } = this.#parts;
    // With `bufferLogs` Nest waits for `useLogger()`, which who leaves the logger to us has no reason to call.
    if (this.#loggerOff === undefined && options.enabled) Logger.flush();
    const metricsAt = await this.#serveMetrics();
    for (const [name, outcome] of this.#outcomes)
      if (outcome.installed) guarded(`The hook ${name}`, () => outcome.started?.(), undefined);
    const hooks = [...this.#outcomes]
      .filter(([, outcome]) => !outcome.installed || outcome.isIdle?.() !== true)
      .map(([name, outcome]) => ({ name, off: outcome.installed ? undefined : outcome.reason }));
    new Logger('Telemetry').log(
      describeBoot({
        options,
        hooks,
        metricsAt,
        loggerOff: this.#loggerOff,
        sdk: this.#lease.sdk,
        badOptions,
      }),
    );
  }

  async onApplicationShutdown(): Promise<void> {
    const { options, modules } = this.#parts;
    await finishesWithin(options.shutdown.settleMillis, this.#settled());
    // What the application still does while it stops is flushed with the rest, so the hooks go first.
    for (const undo of this.#undo.splice(0).toReversed()) undo();
    await this.#endpoint?.close(options.shutdown.timeoutMillis);
    await this.#lease.release();
    for (const undo of this.#undoLast.splice(0).toReversed()) undo();
    TelemetryApplication.#byModules.delete(modules);
  }

  async #settled(): Promise<void> {
    const settled = [...this.#outcomes.values()].flatMap((outcome) =>
      outcome.installed && outcome.settled ? [outcome.settled()] : [],
    );
    await Promise.all(settled);
  }

  #installHooks(hooks: readonly Hook[]): void {
    const { options, modules, adapterHost } = this.#parts;
    const host = {
      options,
      logger: this.logger,
      modules,
      ownToken: ownModule.provide,
      httpAdapter: adapterHost?.httpAdapter,
    };
    for (const hook of hooks) {
      const outcome = this.#install(() => hook.install(host), hook.name);
      if (outcome.installed || outcome.absent !== true) this.#outcomes.set(hook.name, outcome);
      if (outcome.installed) this.#undo.push(outcome.uninstall);
    }
  }

  #install(install: () => HookOutcome, name: string): HookOutcome {
    try {
      return install();
    } catch (error) {
      const reason = reasonOf(error);
      warn('NT_HOOK_NOT_INSTALLED', { hook: name, reason });
      return { installed: false, reason };
    }
  }

  #mountMetrics(): void {
    const { options, adapterHost } = this.#parts;
    const { path, port } = options.metrics;
    const source = this.#lease.prometheus;
    if (source === undefined || path === undefined) return;
    this.#endpoint = new PrometheusEndpoint({ path, source });
    if (port === undefined && adapterHost?.httpAdapter) this.#endpoint.mount(adapterHost.httpAdapter);
  }

  /** Where the page is served, for the boot line. */
  async #serveMetrics(): Promise<string | undefined> {
    const { host, path, port } = this.#parts.options.metrics;
    await this.#endpoint?.open();
    if (this.#endpoint === undefined || port === undefined) return this.#endpoint?.path;
    const bound = await this.#endpoint.listen({ host, port });
    return `http://${bound.host}:${bound.port}${path}`;
  }
}

/** The process is one, however many applications run in it. */
const measureProcess = sharedInstallation(() => {
  const metrics = new RuntimeMetrics();
  metrics.start();
  return () => metrics.stop();
});

const measureSystem = sharedInstallation(measureMachine);

/** Whether a test records log lines. */
function isRecorded(): boolean {
  return runtimeOverrides()?.lineWriter !== undefined;
}

function serviceOf({ serviceName, serviceVersion, environment }: ResolvedOptions): ServiceFields {
  return { name: serviceName, version: serviceVersion, environment };
}

function createLogger(options: ResolvedOptions): TelemetryLogger {
  const { level, levels, format } = options.logs;
  const service = serviceOf(options);
  const write = runtimeOverrides()?.lineWriter;
  // A recorder reads lines, so it gets them in the form that can be read.
  if (write) return new TelemetryLogger({ level, levels, format: 'json', service, writer: { write } });
  return new TelemetryLogger({ level, levels, format, service });
}
