import type { LogLevelName } from '../telemetry.options.js';

/**
 * What an event may have beside its name and attributes.
 * @since 0.1.0
 */
export interface LogEventOptions {
  /** @defaultValue `'log'` */
  readonly level?: LogLevelName;
  /** Usually the class that logs. */
  readonly context?: string;
  /** For people. @defaultValue the name of the event */
  readonly message?: string;
  /** What went wrong. */
  readonly error?: unknown;
}
