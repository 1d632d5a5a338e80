import type { LogLevelName } from '../telemetry.options.js';
import { isLogLevelName } from './log-levels.js';
import type { ServiceFields } from './log-record.js';

/** What a logger does when it is not told: for lines written before, or without, the module's options. */
export interface LoggerDefaults {
  readonly level: LogLevelName;
  readonly format: 'json' | 'pretty';
  readonly colors: boolean;
  readonly service: ServiceFields;
}

/** `LOG_LEVEL`, `LOG_FORMAT`, `OTEL_SERVICE_NAME` and `NO_COLOR`, with the defaults of `LogsOptions`. */
export function loggerDefaults(env: NodeJS.ProcessEnv, stdout: { readonly isTTY?: boolean }): LoggerDefaults {
  const isTerminal = stdout.isTTY === true;
  const { LOG_LEVEL: level, LOG_FORMAT: format, OTEL_SERVICE_NAME: name } = env;
  return {
    level: isLogLevelName(level) ? level : 'log',
    format: format === 'json' || format === 'pretty' ? format : isTerminal ? 'pretty' : 'json',
    colors: isTerminal && !env['NO_COLOR'] && env['TERM'] !== 'dumb',
    service: name ? { name } : {},
  };
}
