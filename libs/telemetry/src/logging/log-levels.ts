import { SeverityNumber } from '@opentelemetry/api';
import type { LogLevelName } from '../telemetry.options.js';

/** What a level is called in OpenTelemetry, and its place in a set of enabled levels. */
export interface Severity {
  readonly text: 'TRACE' | 'DEBUG' | 'INFO' | 'WARN' | 'ERROR' | 'FATAL';
  readonly number: SeverityNumber;
  /** One bit per level: checking whether a level is enabled is one `&`. */
  readonly bit: number;
}

/** Nest's levels, least severe first, with the OpenTelemetry severity of each. */
export const SEVERITIES: Readonly<Record<LogLevelName, Severity>> = {
  verbose: { text: 'TRACE', number: SeverityNumber.TRACE, bit: 1 },
  debug: { text: 'DEBUG', number: SeverityNumber.DEBUG, bit: 2 },
  log: { text: 'INFO', number: SeverityNumber.INFO, bit: 4 },
  warn: { text: 'WARN', number: SeverityNumber.WARN, bit: 8 },
  error: { text: 'ERROR', number: SeverityNumber.ERROR, bit: 16 },
  fatal: { text: 'FATAL', number: SeverityNumber.FATAL, bit: 32 },
};

const ALL = 0b11_1111;

/** Whether a text names a level; for values that come from the environment. */
export function isLogLevelName(text: string | undefined): text is LogLevelName {
  return text !== undefined && Object.hasOwn(SEVERITIES, text);
}

/** The set of levels at least as severe as the given one. */
export function levelsFrom(least: LogLevelName): number {
  return ALL & ~(SEVERITIES[least].bit - 1);
}

/**
 * The set that Nest means by a list of levels: those named, and everything more severe than the most severe one
 * named. An empty list is silence.
 */
export function levelsOf(names: readonly string[]): number {
  const named = names.filter(isLogLevelName).map((name) => SEVERITIES[name].bit);
  if (named.length === 0) return 0;
  const highest = Math.max(...named);
  return named.reduce((set, bit) => set | bit, ALL & ~(highest - 1));
}
