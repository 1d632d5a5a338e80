import type { Instrumentation } from '@opentelemetry/instrumentation';
import { ProxyTracerProvider, trace } from '@opentelemetry/api';
import type { Environment } from '../config/environment.js';
import type { ResolvedOptions } from '../config/resolved-options.js';
import type { TelemetryOptions } from '../telemetry.options.js';
import { warn } from '../telemetry.warnings.js';
import { warnAboutOtherApi } from './api-copies.js';
import { lateOptions } from './late-options.js';
import type { PrometheusSource } from './metric-readers.js';
import { installGlobals, runtimeOverrides } from './runtime-overrides.js';
import { TelemetryRuntime } from './telemetry-runtime.js';

/** Who started the SDK, as it is named in warnings. */
export type Starter = 'TelemetryModule' | 'nest-telemetry/register';

/** Whose SDK it is, for the boot line. */
type SdkInUse =
  | {
      readonly owner: 'nest-telemetry';
      /** Those the SDK was started with, which may be another application's. */
      readonly options: ResolvedOptions;
      readonly starter: Starter;
      /** Paths of options that came too late. */
      readonly late: readonly string[];
      /** How telemetry waits for its delivery over OTLP. */
      readonly delivery: string | undefined;
      /** Names of contrib instrumentations, e.g. `pg`. */
      readonly instrumentations: readonly string[];
    }
  | { readonly owner: 'somebody else' };

/** A share in the one SDK of the process. */
export interface RuntimeLease {
  /** Absent while telemetry is disabled. */
  readonly sdk: SdkInUse | undefined;
  readonly prometheus: PrometheusSource | undefined;
  forceFlush(): Promise<void>;
  /** Gives the share back; the last one to do so shuts the SDK down. Never rejects. */
  release(): Promise<void>;
}

interface Running {
  readonly runtime: TelemetryRuntime;
  readonly starter: Starter;
  readonly raw: TelemetryOptions;
  readonly options: ResolvedOptions;
  leases: number;
}

interface ProcessState {
  running: Running | undefined;
  /** Handed over by `register`, which is loaded before the module but lets it start the SDK. */
  instrumentations: Instrumentation[];
  /** Whether a TelemetryModule has announced itself. */
  moduleExpected: boolean;
}

// On globalThis, not in this module: an application bundle may carry a second copy of the package.
const KEY = Symbol.for('nest-telemetry.process-state');

function processState(): ProcessState {
  const holder = globalThis as { [KEY]?: ProcessState };
  holder[KEY] ??= { running: undefined, instrumentations: [], moduleExpected: false };
  return holder[KEY];
}

/** Another SDK does the work: the same interface with nothing behind it. */
const NO_LEASE: RuntimeLease = {
  sdk: undefined,
  prometheus: undefined,
  forceFlush: async () => {},
  release: async () => {},
};

/** Nothing is registered; a recorder has to know, or it would record what the application switched off. */
function disabledLease(): RuntimeLease {
  const withdraw = installGlobals(() => {}, { metrics: false });
  return { ...NO_LEASE, release: async () => withdraw() };
}

/** Starts the SDK, or joins the one that runs already. */
export function leaseRuntime(
  starter: Starter,
  raw: TelemetryOptions,
  options: ResolvedOptions,
  env: Environment,
): RuntimeLease {
  if (!options.enabled) return disabledLease();
  const state = processState();
  if (state.running === undefined) {
    const overrides = runtimeOverrides();
    if (overrides === undefined && hasForeignSdk()) {
      const ignored = lateOptions(raw, {});
      if (ignored.length > 0) warn('NT_FOREIGN_SDK', { options: ignored.join(', ') });
      return { ...NO_LEASE, sdk: { owner: 'somebody else' } };
    }
    const { instrumentations } = state;
    const runtime = new TelemetryRuntime({ options, env, instrumentations, overrides });
    state.running = { runtime, starter, raw, options, leases: 0 };
    warnAboutOtherApi();
  }
  const late = lateOptions(raw, state.running.raw);
  if (late.length > 0)
    warn('NT_OPTIONS_TOO_LATE', { starter: state.running.starter, options: late.join(', ') });
  return join(state, state.running, late);
}

function join(state: ProcessState, running: Running, late: readonly string[]): RuntimeLease {
  running.leases += 1;
  let held = true;
  const { options, starter } = running;
  const instrumentations = state.instrumentations.map(({ instrumentationName }) =>
    instrumentationName.replace('@opentelemetry/instrumentation-', ''),
  );
  return {
    sdk: {
      owner: 'nest-telemetry',
      options,
      starter,
      late,
      delivery: running.runtime.delivery,
      instrumentations,
    },
    prometheus: running.runtime.prometheus,
    forceFlush: () => running.runtime.forceFlush(),
    release: async () => {
      if (!held) return;
      held = false;
      running.leases -= 1;
      if (running.leases > 0) return;
      // Cleared first, so that an application started meanwhile gets an SDK of its own.
      if (state.running === running) state.running = undefined;
      await running.runtime.shutdown();
    },
  };
}

/** Whether somebody registered a tracer provider that is not ours. */
function hasForeignSdk(): boolean {
  const provider = trace.getTracerProvider() as Partial<ProxyTracerProvider>;
  return provider.getDelegate?.() !== new ProxyTracerProvider().getDelegate();
}

/** Instrumentations to hand to whichever SDK is started next. */
export function prepareInstrumentations(instrumentations: readonly Instrumentation[]): void {
  processState().instrumentations.push(...instrumentations);
}

/** Tells `register` that a module is on its way with options of its own. */
export function announceModule(): void {
  processState().moduleExpected = true;
}

/** Whether a module has announced itself or the SDK runs already. */
export function moduleIsExpected(): boolean {
  const { moduleExpected, running } = processState();
  return moduleExpected || running !== undefined;
}
