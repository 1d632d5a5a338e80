import { TelemetryError } from '../telemetry.errors.js';
import type { LogLevelName } from '../telemetry.options.js';
import { isLogLevelName, SEVERITIES } from './log-levels.js';
import type { ServiceFields } from './log-record.js';
import type { LineWriter } from './stdout.line-writer.js';

/**
 * Options of a {@link TelemetryLogger}.
 * @since 0.1.0
 */
export interface TelemetryLoggerOptions {
  /** Least severe level that is written. @defaultValue `LOG_LEVEL`, else `'log'` */
  readonly level?: LogLevelName;
  /** Other least severe levels for some contexts. @defaultValue `logs.levels` of the module once it runs */
  readonly levels?: Readonly<Record<string, LogLevelName>>;
  /** @defaultValue `LOG_FORMAT`, else `'pretty'` in a terminal and `'json'` elsewhere */
  readonly format?: 'json' | 'pretty';
  /** Colours of the pretty form. @defaultValue `true` in a terminal unless `NO_COLOR` is set */
  readonly colors?: boolean;
  /** Fields of every line. @defaultValue those of the module once it runs, before that `OTEL_SERVICE_NAME` */
  readonly service?: ServiceFields;
  /** Where lines go. @defaultValue `process.stdout`, for every level, so that lines stay in order */
  readonly writer?: LineWriter;
}

/** What a logger works with, after its options, the module's and the defaults were merged. */
export interface LoggerSettings {
  readonly level: LogLevelName;
  readonly levels: Readonly<Record<string, LogLevelName>>;
  readonly format: 'json' | 'pretty';
  readonly colors: boolean;
  readonly service: ServiceFields;
}

/** The parts of `process` that decide the defaults. */
export interface LoggerSurroundings {
  readonly env: NodeJS.ProcessEnv;
  readonly stdout: { readonly isTTY?: boolean };
}

/** Throws for a level that does not exist: a mistake to be seen at start. */
export function checkLoggerOptions({ level, levels = {} }: TelemetryLoggerOptions): void {
  if (level !== undefined) checkLevel('level', level);
  for (const [context, each] of Object.entries(levels)) checkLevel(`levels.${context}`, each);
}

/** Throws for a level that does not exist. */
export function checkLevel(path: string, level: string): void {
  if (isLogLevelName(level)) return;
  const allowed = Object.keys(SEVERITIES).join(', ');
  throw new TelemetryError('NT_OPTION_INVALID', { path, value: level, allowed });
}

function fromEnvironment({ env, stdout }: LoggerSurroundings): LoggerSettings {
  const { LOG_LEVEL: level, LOG_FORMAT: format, OTEL_SERVICE_NAME: name } = env;
  const isTerminal = stdout.isTTY === true;
  return {
    level: isLogLevelName(level) ? level : 'log',
    levels: {},
    format: format === 'json' || format === 'pretty' ? format : isTerminal ? 'pretty' : 'json',
    colors: isTerminal && !env['NO_COLOR'] && env['TERM'] !== 'dumb',
    service: name ? { name } : {},
  };
}

/** For each setting the first that names it: the given sources in order, then `LOG_LEVEL`, `LOG_FORMAT` and so on. */
export function loggerSettings(
  sources: readonly [TelemetryLoggerOptions, Partial<LoggerSettings>],
  surroundings: LoggerSurroundings,
): LoggerSettings {
  const [own, module] = sources;
  const environment = fromEnvironment(surroundings);
  return {
    level: own.level ?? module.level ?? environment.level,
    levels: own.levels ?? module.levels ?? environment.levels,
    format: own.format ?? module.format ?? environment.format,
    colors: own.colors ?? module.colors ?? environment.colors,
    service: own.service ?? module.service ?? environment.service,
  };
}
