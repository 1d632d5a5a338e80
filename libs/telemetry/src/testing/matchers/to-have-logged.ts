import type { RecordedLog } from '../recorded-log.js';
import {
  attributeMismatches,
  expectationLines,
  recorderOf,
  type MatcherContext,
  type MatcherOutcome,
} from './matcher-context.js';
import { show } from './show.js';
import { textMatches } from './text-expectation.js';

/** What a log line has to be like. Every field is optional; values may be asymmetric matchers. */
export interface LogExpectation {
  /** The whole text, or an expression that it fits. */
  message?: unknown;
  /** Nest's or OpenTelemetry's name: `log` is `info`, `verbose` is `trace`. */
  level?: string;
  context?: unknown;
  /** Attributes that must be there among others; `undefined` for one that must not. */
  attributes?: Readonly<Record<string, unknown>>;
  traceId?: unknown;
}

/** Nest's names of the levels that OpenTelemetry names differently. */
const LEVELS: Readonly<Record<string, string>> = { log: 'info', verbose: 'trace' };
/** Lines that a failure explains. */
const EXPLAINED = 5;

/** See `TelemetryMatchers.toHaveLogged`. */
export function toHaveLogged(
  this: MatcherContext,
  received: unknown,
  message: string | RegExp | LogExpectation,
  traits: Omit<LogExpectation, 'message'> = {},
): MatcherOutcome {
  const expected: LogExpectation =
    typeof message === 'string' || message instanceof RegExp ? { message, ...traits } : message;
  const lines = recorderOf(received, 'toHaveLogged').logs.map((log) => ({
    log,
    reasons: logMismatches(this, log, expected),
  }));
  const fitting = lines.filter(({ reasons }) => reasons.length === 0);
  const pass = fitting.length > 0;
  const text = (): string => {
    const shown = pass ? fitting : lines.toSorted((a, b) => a.reasons.length - b.reasons.length);
    return [
      `expected ${this.isNot ? 'no line' : 'a line'} to be logged with`,
      ...expectationLines(expected),
      lines.length === 0
        ? 'but nothing was logged'
        : pass
          ? 'but there is'
          : 'but no line is like that; the closest:',
      ...shown
        .slice(0, EXPLAINED)
        .flatMap(({ log, reasons }) => [`  ${lineText(log)}`, ...reasons.map((reason) => `    ${reason}`)]),
      ...(shown.length > EXPLAINED ? [`  … and ${shown.length - EXPLAINED} more`] : []),
    ].join('\n');
  };
  return { pass, message: text };
}

function logMismatches(context: MatcherContext, log: RecordedLog, expected: LogExpectation): string[] {
  const { equals } = context;
  const { message, level } = expected;
  const reasons: string[] = [];
  const said = message instanceof RegExp ? textMatches(message, log.message) : equals(log.message, message);
  if (message !== undefined && !said) reasons.push(`message: expected ${show(message)}`);
  if (level !== undefined && levelOf(log.level) !== levelOf(level))
    reasons.push(`level: expected ${level}, got ${log.level}`);
  for (const field of ['context', 'traceId'] as const)
    if (expected[field] !== undefined && !equals(log[field], expected[field]))
      reasons.push(`${field}: expected ${show(expected[field])}, got ${log[field] ?? 'none'}`);
  return [...reasons, ...attributeMismatches(context, expected.attributes, log.attributes)];
}

function levelOf(name: string): string {
  const level = name.toLowerCase();
  return LEVELS[level] ?? level;
}

function lineText({ level, context, message, traceId }: RecordedLog): string {
  return `${level} ${context ? `[${context}] ` : ''}${message}${traceId ? ` (trace ${traceId})` : ''}`;
}
