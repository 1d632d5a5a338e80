import { hostname } from 'node:os';
import type { Environment } from './config/environment.js';
import { findPackageInfo } from './config/package-info.js';
import { resolveFailFast, resolveOptions } from './config/resolve-options.js';
import type { ResolvedOptions } from './config/resolved-options.js';
import { TelemetryError } from './telemetry.errors.js';
import type { TelemetryOptions } from './telemetry.options.js';
import { warn } from './telemetry.warnings.js';

/** Options and environment an application runs with. */
export interface ApplicationSettings {
  readonly options: ResolvedOptions;
  readonly env: Environment;
  /** Why telemetry is off, where the options did not ask for it. */
  readonly badOptions?: string;
}

/**
 * Resolves options in the real environment.
 * @throws TelemetryError when they are bad and `failFast` is not off; otherwise telemetry is off and says why.
 */
export function resolveForApplication(options: TelemetryOptions): ApplicationSettings {
  const env: Environment = process.env;
  const context = {
    env,
    packageInfo: findPackageInfo(process.argv[1], process.cwd()),
    isTerminal: process.stdout.isTTY,
    hostname: hostname(),
  };
  try {
    return { options: resolveOptions(options, context), env };
  } catch (error) {
    if (!(error instanceof TelemetryError) || resolveFailFast(options, env)) throw error;
    warn('NT_DISABLED_BY_BAD_OPTIONS', { reason: error.message });
    const { path } = error.details;
    return { options: resolveOptions({ enabled: false }, context), env, badOptions: String(path) };
  }
}
