import type { LogRecordLimits } from '@opentelemetry/sdk-logs';
import type { HttpRequestInfo, LogExporterName, LogLevelName, LogsOptions } from '../telemetry.options.js';
import { guarded } from '../telemetry.warnings.js';
import { readChoice, readChoices, readNumber, type Environment } from './environment.js';
import type { ResolvedOptions } from './resolved-options.js';

const LEVELS: readonly LogLevelName[] = ['verbose', 'debug', 'log', 'warn', 'error', 'fatal'];

/** What is resolved for logs as it is for the other signals. */
interface LogSurroundings extends Pick<ResolvedOptions['logs'], 'protocol' | 'otlpTarget' | 'batch'> {
  /** Whether standard output is a terminal. */
  readonly isTerminal: boolean;
  readonly hasEndpoint: boolean;
}

/** `logs` with environment and defaults. */
export function resolveLogs(
  logs: LogsOptions,
  env: Environment,
  { isTerminal, hasEndpoint, ...shared }: LogSurroundings,
): ResolvedOptions['logs'] {
  const names = readChoices<LogExporterName>(env, 'OTEL_LOGS_EXPORTER', ['otlp', 'console', 'none']);
  const exporters = logs.exporters ?? names ?? (hasEndpoint ? ['otlp' as const] : []);
  return {
    enabled: logs.enabled ?? true,
    level: logs.level ?? readChoice(env, 'LOG_LEVEL', LEVELS) ?? 'log',
    format:
      logs.format ?? readChoice(env, 'LOG_FORMAT', ['json', 'pretty']) ?? (isTerminal ? 'pretty' : 'json'),
    levels: logs.levels ?? {},
    exporters: exporters.filter((exporter) => exporter !== 'none'),
    processors: logs.processors ?? [],
    limits: resolveLimits(logs.limits ?? {}, env),
    routes: (logs.enabled ?? true) && (logs.routes ?? exporters.includes('otlp')),
    wideEvents: logs.enabled === false ? undefined : resolveWideEvents(logs.wideEvents),
    ...shared,
  };
}

function resolveLimits(limits: LogRecordLimits, env: Environment): LogRecordLimits {
  const count =
    limits.attributeCountLimit ??
    readNumber(env, 'OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT') ??
    readNumber(env, 'OTEL_ATTRIBUTE_COUNT_LIMIT');
  const length =
    limits.attributeValueLengthLimit ??
    readNumber(env, 'OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT') ??
    readNumber(env, 'OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT');
  return {
    ...(count !== undefined && { attributeCountLimit: count }),
    ...(length !== undefined && { attributeValueLengthLimit: length }),
  };
}

function resolveWideEvents(
  wideEvents: LogsOptions['wideEvents'] = false,
): ((request: HttpRequestInfo) => boolean) | undefined {
  if (wideEvents === false) return undefined;
  const { ignore = [] } = wideEvents === true ? {} : wideEvents;
  if (typeof ignore === 'function')
    return (request) => !guarded('logs.wideEvents.ignore', () => ignore(request), false);
  const paths = new Set(ignore);
  return ({ path }) => !paths.has(path);
}
