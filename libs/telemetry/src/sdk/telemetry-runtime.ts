import { context, logs, propagation, trace } from '@opentelemetry/api';
import type { Instrumentation } from '@opentelemetry/instrumentation';
import { NodeSDK } from '@opentelemetry/sdk-node';
import type { Environment } from '../config/environment.js';
import type { ResolvedOptions } from '../config/resolved-options.js';
import { meterProvider, registerMeterProvider } from '../metrics/global.meter-provider.js';
import { createPropagator } from '../propagation/propagators.js';
import { TrustBoundaryPropagator } from '../propagation/trust-boundary.propagator.js';
import { warn } from '../telemetry.warnings.js';
import { Connections } from './connections.js';
import { finishesWithin } from './deadline.js';
import { TelemetryHealth } from './health/telemetry.health.js';
import { LeanMeterProvider } from './meter/lean.meter-provider.js';
import { createPrometheusSource, createPushReaders, type PrometheusSource } from './metric-readers.js';
import { createResource } from './resource.js';
import { installGlobals, type RuntimeOverrides } from './runtime-overrides.js';
import { createSampler } from './sampler.js';
import { createSpanPipeline } from './span-pipeline.js';
import { LeanTracerProvider } from './tracer/lean.tracer-provider.js';

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
  readonly #sdk: NodeSDK;
  readonly #tracerProvider: LeanTracerProvider | undefined;
  readonly #meterProvider: LeanMeterProvider | undefined;
  readonly #withdraw: () => void;
  readonly #endHealth: () => void;
  #stopping: Promise<void> | undefined;

  constructor({ options, env, instrumentations, overrides }: RuntimeSettings) {
    this.#options = options;
    const resource = createResource(options, env);
    if (options.traces.enabled) {
      this.#tracerProvider = new LeanTracerProvider({
        resource,
        sampler: createSampler(options),
        spanProcessor: createSpanPipeline(options, this.#connections, overrides, this.#health),
        spanLimits: options.traces.limits,
        idGenerator: options.traces.idGenerator,
      });
    }
    // NodeSDK could make the meter provider as well, but it can only register it globally, and the global one is our
    // proxy: it is what lets instruments made before this moment record (docs/adr/0003). It is ours (docs/adr/0011).
    if (options.metrics.enabled) {
      this.prometheus = createPrometheusSource(options);
      const pushReaders = overrides?.metricReaders ?? createPushReaders(options, this.#connections);
      this.#meterProvider = new LeanMeterProvider({
        resource,
        views: options.metrics.views,
        cardinalityLimit: options.metrics.cardinalityLimit,
        exemplars: options.metrics.exemplars,
        onCollected: this.#health.collected,
        readers: [
          ...(this.prometheus ? [this.prometheus.reader] : []),
          ...pushReaders,
          ...options.metrics.readers,
        ],
      });
    }

    const { propagator, propagators } = options.propagation;
    this.#sdk = new NodeSDK({
      resource,
      autoDetectResources: false,
      instrumentations: [...instrumentations, ...options.instrumentations],
      // Without a processor NodeSDK makes no tracer provider: the tracers are ours (docs/adr/0007).
      spanProcessors: [],
      metricReaders: [],
      logRecordProcessors: [],
      textMapPropagator: new TrustBoundaryPropagator(propagator ?? createPropagator(propagators)),
    });
    this.#withdraw = installGlobals(() => this.#register(), {
      views: options.metrics.views,
      metrics: options.metrics.enabled,
    });
    // A recorder looks at the application, and not at what looks at it.
    const isReported = options.metrics.enabled && overrides === undefined;
    this.#endHealth = isReported ? this.#health.report(this.#tracerProvider?.counts) : () => undefined;
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
    const stopped = Promise.allSettled([
      this.#sdk.shutdown(),
      this.#tracerProvider?.shutdown(),
      this.#meterProvider?.shutdown(),
    ]);
    if (!(await finishesWithin(timeoutMillis, stopped))) {
      warn('NT_SHUTDOWN_TIMEOUT', { timeout: timeoutMillis });
    }
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
    this.#sdk.start();
    if (this.#tracerProvider) trace.setGlobalTracerProvider(this.#tracerProvider);
    registerMeterProvider();
    meterProvider.setDelegate(this.#meterProvider);
  }

  async #flush(): Promise<void> {
    const flushed = Promise.allSettled([
      this.#tracerProvider?.forceFlush(),
      this.#meterProvider?.forceFlush(),
    ]);
    await finishesWithin(this.#options.shutdown.timeoutMillis, flushed);
  }
}
