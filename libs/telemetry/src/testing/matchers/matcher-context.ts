import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import type { TelemetryRecorder } from '../telemetry.recorder.js';
import { show } from './show.js';

/** The part of `this` that vitest and jest both give to a matcher. */
export interface MatcherContext {
  readonly isNot?: boolean;
  readonly equals: (a: unknown, b: unknown) => boolean;
}

/** What a matcher answers. */
export interface MatcherOutcome {
  readonly pass: boolean;
  readonly message: () => string;
}

export function isRecorder(value: unknown): value is TelemetryRecorder {
  return (
    typeof value === 'object' && value !== null && 'spans' in value && 'metrics' in value && 'logs' in value
  );
}

export function recorderOf(source: unknown, matcher: string): TelemetryRecorder {
  if (isRecorder(source)) return source;
  throw new TypeError(`${matcher}() looks at what recordTelemetry() returned, and got ${typeof source}.`);
}

export function spansOf(source: unknown, matcher: string): readonly ReadableSpan[] {
  return Array.isArray(source) ? (source as readonly ReadableSpan[]) : recorderOf(source, matcher).spans;
}

/** What is wrong with each attribute that is not as expected; `undefined` expects that there is none. */
export function attributeMismatches(
  { equals }: MatcherContext,
  expected: Readonly<Record<string, unknown>> | undefined,
  actual: Readonly<Record<string, unknown>>,
): string[] {
  return Object.entries(expected ?? {})
    .filter(([key, value]) => !equals(actual[key], value))
    .map(([key, value]) => {
      const got = key in actual ? show(actual[key]) : 'none';
      return `attribute ${key}: expected ${value === undefined ? 'none' : show(value)}, got ${got}`;
    });
}

/** The fields of an expectation that are set, as lines of a message. */
export function expectationLines(expected: object): string[] {
  return Object.entries(expected)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `    ${key}: ${show(value)}`);
}
