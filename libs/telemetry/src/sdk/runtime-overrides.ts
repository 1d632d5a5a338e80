import type { MetricReader, ViewOptions } from '@opentelemetry/sdk-metrics';
import type { SpanProcessor } from '@opentelemetry/sdk-trace';

/** What a test puts in the place of the outside world. */
export interface RuntimeOverrides {
  /** Run after the processors of the options, instead of the exporters. */
  spanProcessors: SpanProcessor[];
  /** Replace the push readers. The pull reader behind `/metrics` stays: it opens no connection. */
  metricReaders: MetricReader[];
  /** Takes every log line, as JSON whatever `logs.format` says, instead of standard output. */
  lineWriter?: (line: string) => void;
  /** See {@link installGlobals}. */
  install?: (register: () => void, traits?: RuntimeTraits) => () => void;
}

/** Options of the meter provider, so that recorded metrics look like exported ones. */
export interface MeterTraits {
  readonly views: readonly ViewOptions[];
  readonly cardinalityLimit: number;
  readonly exemplars: boolean;
}

/** What the overrides need to know of the runtime that starts. */
export interface RuntimeTraits {
  /** @defaultValue those of an application without options */
  readonly meters?: MeterTraits;
  /** `false` while metrics are off. */
  readonly metrics?: boolean;
}

const SLOT = Symbol.for('nest-telemetry.runtime-overrides');
const holder = globalThis as { [SLOT]?: RuntimeOverrides };

/** Sets the overrides for runtimes that start from now on; `undefined` removes them. */
export function setRuntimeOverrides(overrides: RuntimeOverrides | undefined): void {
  if (overrides) holder[SLOT] = overrides;
  else delete holder[SLOT];
}

/** The overrides a starting runtime has to follow. */
export function runtimeOverrides(): RuntimeOverrides | undefined {
  return holder[SLOT];
}

/**
 * Runs `register`, which puts the runtime's providers, context manager and propagator into the OpenTelemetry API.
 * Under test the API is free while it runs and is handed back to the recorder afterwards, with the registered
 * providers behind it. Returns what to call at the very end of the shutdown.
 */
export function installGlobals(register: () => void, traits?: RuntimeTraits): () => void {
  const install = runtimeOverrides()?.install;
  if (install) return install(register, traits);
  register();
  return () => undefined;
}
