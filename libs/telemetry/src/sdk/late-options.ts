import type { TelemetryOptions } from '../telemetry.options.js';

/**
 * Options that shape the SDK itself, so that only whoever starts it can set them. All others (HTTP names, logs, metrics
 * path …) belong to the application and always work.
 */
const SDK_OPTIONS: readonly string[] = [
  'serviceName',
  'serviceVersion',
  'environment',
  'resource',
  'endpoint',
  'otlp',
  'instrumentations',
  'traces.enabled',
  'traces.ratio',
  'traces.sampler',
  'traces.exporters',
  'traces.processors',
  'traces.batch',
  'traces.limits',
  'traces.idGenerator',
  'metrics.enabled',
  'metrics.exporters',
  'metrics.readers',
  'metrics.views',
  'propagation.propagator',
  'propagation.baggageAttributes',
];

/** The paths set in `options` that would have to be in `started` as well to have an effect. */
export function lateOptions(options: TelemetryOptions, started: TelemetryOptions): string[] {
  return SDK_OPTIONS.filter((path) => {
    const value = read(options, path);
    return value !== undefined && !isSame(value, read(started, path));
  });
}

function read(options: TelemetryOptions, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], options);
}

/** Two applications in one process usually come from the same options; that is nothing to warn about. */
function isSame(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  try {
    return JSON.stringify(a) === JSON.stringify(b);
  } catch {
    return false;
  }
}
