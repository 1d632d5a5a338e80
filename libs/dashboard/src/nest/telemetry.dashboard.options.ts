import { DashboardError } from '../dashboard.errors.js';
import type { DashboardOptions } from '../dashboard.options.js';

/** How an application starts a dashboard; everything has a default. */
export interface TelemetryDashboardOptions extends DashboardOptions {
  /**
   * Path of the application that leads to the page; past its global prefix, guards and versions.
   * @defaultValue `/telemetry`
   */
  readonly path?: string;
  /**
   * Starts it with `NODE_ENV=production`, too, where telemetry belongs into a Collector; takes a `token`.
   * @defaultValue `false`
   */
  readonly allowInProduction?: boolean;
}

/** What the part in the application works with. */
export interface MountSettings {
  readonly path: string;
  readonly dashboard: DashboardOptions;
}

const PATH = /^(?:\/[A-Za-z0-9._~-]+)+$/u;

/**
 * Options with their defaults.
 * @throws DashboardError `ND_PRODUCTION`, `ND_OPTION_INVALID`
 */
export function resolveMount(
  { path = '/telemetry', allowInProduction = false, ...dashboard }: TelemetryDashboardOptions,
  env: NodeJS.ProcessEnv,
): MountSettings {
  if (env['NODE_ENV'] === 'production') {
    if (!allowInProduction)
      throw refused(
        'Leave it out there and send telemetry to a Collector, or set allowInProduction and a token',
      );
    if (typeof dashboard.token !== 'string')
      throw refused('With allowInProduction it takes a token of your own');
  }
  if (!PATH.test(path))
    throw new DashboardError(
      'ND_OPTION_INVALID',
      `path: ${path} is not allowed; it takes a path without parameters, such as /telemetry.`,
    );
  return { path, dashboard };
}

function refused(what: string): DashboardError {
  return new DashboardError(
    'ND_PRODUCTION',
    `TelemetryDashboardModule does not start with NODE_ENV=production. ${what}.`,
  );
}
