import { context, logs, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { type Instrumentation, registerInstrumentations } from '@opentelemetry/instrumentation';
import type { Environment } from '../config/environment.js';
import type { ResolvedOptions } from '../config/resolved-options.js';
import { meterProvider, registerMeterProvider } from '../metrics/global.meter-provider.js';
import { createPropagator } from '../propagation/propagators.js';
import { TrustBoundaryPropagator } from '../propagation/trust-boundary.propagator.js';
import { extensionName, userCodeFailed, warn } from '../telemetry.warnings.js';
import { Connections } from './connections.js';
import { finishesWithin } from './deadline.js';
import { createDelivery } from './delivery/create.delivery.js';
import { type Delivery, deliveryTimeout, memoryDelivery } from './delivery/delivery.js';
import { followDiagnosticLevel } from './diagnostics.js';
import { TelemetryHealth } from './health/telemetry.health.js';
import { LeanMeterProvider } from './meter/lean.meter-provider.js';
import { LeanLoggerProvider } from './logs/lean.logger-provider.js';
import { createLogPipeline } from './logs/log-pipeline.js';
import { createPrometheusSource, createPushReaders, type PrometheusSource } from './metric-readers.js';
import { createResource } from './resource.js';
import { installGlobals, type RuntimeOverrides } from './runtime-overrides.js';
import { Sampling } from './sampling/sampling.js';
import { createSpanPipeline } from './span-pipeline.js';
import { LeanTracerProvider } from './tracer/lean.tracer-provider.js';

/** What is on disk is worth a try, whoever used up the time at the end. */
const LEAST_WAIT = 100;

/** What a runtime is started from. */
export interface RuntimeSettings {
  readonly options: ResolvedOptions;
  readonly env: Environment;
  readonly instrumentations: readonly Instrumentation[];
  /** Set by a recorder: telemetry goes there instead of to exporters. */
  readonly overrides: RuntimeOverrides | undefined;
}

/** The running OpenTelemetry SDK of this process: started once, and everything it registered is taken back at the end. */
export class TelemetryRuntime {
  /** What the metrics page is made from. */
  readonly prometheus: PrometheusSource | undefined;
  readonly #options: ResolvedOptions;
  readonly #connections = new Connections();
  readonly #health = new TelemetryHealth();
  readonly #delivery: Delivery;
  readonly #instrumentations: (Instrumentation | Instrumentation[])[];
  readonly #tracerProvider: LeanTracerProvider | undefined;
  readonly #meterProvider: LeanMeterProvider | undefined;
  readonly #loggerProvider: LeanLoggerProvider | undefined;
  readonly #withdraw: () => void;
  readonly #endHealth: () => void;
  #stopping: Promise<void> | undefined;

  constructor({ options, env, instrumentations, overrides }: RuntimeSettings) {
    this.#options = options;
    followDiagnosticLevel(env);
    const resource = createResource(options, env);
    // A recorder takes what exporters would get.
    this.#delivery = overrides === undefined ? createDelivery(options, env, resource) : memoryDelivery();
    const surroundings = {
      options,
      connections: this.#connections,
      delivery: this.#delivery,
      health: this.#health,
    };
    if (options.traces.enabled) {
      const sampling = new Sampling(options, this.#health);
      this.#tracerProvider = new LeanTracerProvider({
        resource,
        sampler: sampling.sampler,
        spanProcessor: sampling.inFrontOf(createSpanPipeline(surroundings, overrides)),
        spanLimits: options.traces.limits,
        idGenerator: options.traces.idGenerator,
        // A test looks at its spans itself, and its clock may be a fake one.
        hygiene: overrides === undefined ? options.traces.hygiene : undefined,
      });
    }
    // Registered globally is our proxy, which is what lets instruments made before this moment record (docs/adr/0003).
    const { views, cardinalityLimit, exemplars } = options.metrics;
    const meters = { views, cardinalityLimit, exemplars };
    if (options.metrics.enabled) {
      this.prometheus = createPrometheusSource(options, env);
      const pushReaders = overrides?.metricReaders ?? createPushReaders(surroundings);
      this.#meterProvider = new LeanMeterProvider({
        ...meters,
        resource,
        onCollected: this.#health.collected,
        // Exporters of ours have said already what their readers fail with.
        onReaderFailed: (reader, method, error) => {
          if ((options.metrics.readers as readonly unknown[]).includes(reader))
            userCodeFailed(`${extensionName(reader, 'A metric reader')}.${method}()`, error);
        },
        readers: [
          ...(this.prometheus ? [this.prometheus.reader] : []),
          ...pushReaders,
          ...options.metrics.readers,
        ],
      });
    }

    if (options.logs.enabled) {
      this.#loggerProvider = new LeanLoggerProvider({
        resource,
        processor: createLogPipeline(surroundings, overrides),
        limits: options.logs.limits,
      });
    }

    this.#instrumentations = [...instrumentations, ...options.instrumentations];
    this.#withdraw = installGlobals(() => this.#register(), { meters, metrics: options.metrics.enabled });
    // A recorder looks at the application, and not at what looks at it.
    const isReported = options.metrics.enabled && overrides === undefined;
    this.#endHealth = isReported
      ? this.#health.report(this.#tracerProvider?.counts, this.#tracerProvider?.live)
      : () => undefined;
  }

  /** How telemetry waits for its delivery over OTLP, as it is shown to people. */
  get delivery(): string | undefined {
    return this.#delivery.description;
  }

  /** Sends what is waiting. Never rejects. */
  async forceFlush(): Promise<void> {
    await this.#flush();
  }

  /** Flushes within `shutdown.timeoutMillis` and takes everything back. Never rejects; a second call waits for the first. */
  shutdown(): Promise<void> {
    this.#stopping ??= this.#shutdown();
    return this.#stopping;
  }

  async #shutdown(): Promise<void> {
    const { timeoutMillis } = this.#options.shutdown;
    const began = performance.now();
    const stopped = Promise.allSettled([
      this.#tracerProvider?.shutdown(),
      this.#meterProvider?.shutdown(),
      this.#loggerProvider?.shutdown(),
    ]);
    if (!(await finishesWithin(timeoutMillis, stopped))) {
      warn('NT_SHUTDOWN_TIMEOUT', { timeout: timeoutMillis });
    }
    // One deadline for both: what a reader or processor of the user's used up is not waited for again.
    const left = Math.max(LEAST_WAIT, timeoutMillis - (performance.now() - began));
    await this.#delivery.close({ timeoutMillis: Math.min(left, deliveryTimeout(this.#options)) });
    // A request that hangs would keep the process alive after everything else has ended.
    this.#connections.destroy();
    this.#endHealth();
    meterProvider.setDelegate(undefined);
    trace.disable();
    logs.disable();
    propagation.disable();
    context.disable();
    this.#withdraw();
  }

  #register(): void {
    // First, so that the instrumentations, which are handed the provider, get it.
    if (this.#loggerProvider) logs.setGlobalLoggerProvider(this.#loggerProvider);
    registerInstrumentations({ instrumentations: this.#instrumentations });
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    const { propagator, propagators } = this.#options.propagation;
    propagation.setGlobalPropagator(new TrustBoundaryPropagator(propagator ?? createPropagator(propagators)));
    if (this.#tracerProvider) trace.setGlobalTracerProvider(this.#tracerProvider);
    registerMeterProvider();
    meterProvider.setDelegate(this.#meterProvider);
  }

  async #flush(): Promise<void> {
    const flushed = Promise.allSettled([
      this.#meterProvider?.forceFlush(),
      this.#loggerProvider?.forceFlush(),
      this.#tracerProvider?.forceFlush(),
    ]);
    // Nobody ends here: whoever asks for a flush would rather have it than be quick.
    await finishesWithin(this.#options.shutdown.settleMillis, flushed);
    await this.#delivery.deliver({ timeoutMillis: deliveryTimeout(this.#options) });
  }
}
