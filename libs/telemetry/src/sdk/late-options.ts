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
  'delivery',
  'instrumentations',
  'traces.enabled',
  'traces.ratio',
  'traces.sampler',
  'traces.parents',
  'traces.rules',
  'traces.errorRate',
  'traces.force',
  'traces.keep',
  'traces.exporters',
  'traces.processors',
  'traces.batch',
  'traces.limits',
  'traces.idGenerator',
  'logs.exporters',
  'logs.processors',
  'logs.batch',
  'logs.limits',
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

/**
 * Two applications in one process usually come from the same options; that is nothing to warn about. Exporters and other
 * instances are the same only if they are one: of two alike, one would get nothing.
 */
function isSame(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (!isPlain(a) || !isPlain(b)) return false;
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].every((key) => isSame(a[key], b[key]));
}

function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  return Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype;
}
