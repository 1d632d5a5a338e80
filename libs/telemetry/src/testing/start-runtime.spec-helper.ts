import type { ViewOptions } from '@opentelemetry/sdk-metrics';
import type { Sampler, SpanProcessor } from '@opentelemetry/sdk-trace';
import { resolveOptions } from '../config/resolve-options.js';
import { runtimeOverrides } from '../sdk/runtime-overrides.js';
import { TelemetryRuntime } from '../sdk/telemetry-runtime.js';

/** The running SDK of an application, without the application. */
export function startRuntime(
  serviceName: string,
  options: {
    processors?: SpanProcessor[];
    sampler?: Sampler;
    views?: ViewOptions[];
    cardinalityLimit?: number;
    metrics?: boolean;
  } = {},
) {
  const { processors = [], sampler, views = [], cardinalityLimit = 2000, metrics = true } = options;
  const resolved = resolveOptions(
    {
      serviceName,
      traces: { processors, ...(sampler && { sampler }) },
      metrics: { enabled: metrics, views, cardinalityLimit },
    },
    { env: {}, packageInfo: { name: serviceName, version: undefined }, isTerminal: false },
  );
  const runtime = new TelemetryRuntime({
    options: resolved,
    env: {},
    instrumentations: [],
    overrides: runtimeOverrides(),
  });
  return { stop: () => runtime.shutdown() };
}
