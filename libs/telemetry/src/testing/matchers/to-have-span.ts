import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { printTelemetry } from '../print-telemetry.js';
import { closestNames } from './closest-names.js';
import {
  expectationLines,
  isRecorder,
  spansOf,
  type MatcherContext,
  type MatcherOutcome,
} from './matcher-context.js';
import { spanMismatches, type SpanExpectation } from './span-expectation.js';
import { quoted, textMatches } from './text-expectation.js';

/** Candidates that a failure explains. */
const EXPLAINED = 5;

interface Candidate {
  readonly span: ReadableSpan;
  readonly reasons: readonly string[];
}

/** See `TelemetryMatchers.toHaveSpan`. */
export function toHaveSpan(
  this: MatcherContext,
  received: unknown,
  name: string | RegExp,
  expected: SpanExpectation = {},
): MatcherOutcome {
  const spans = spansOf(received, 'toHaveSpan');
  const { count, ...traits } = expected;
  const candidates = spans
    .filter((span) => textMatches(name, span.name))
    .map((span): Candidate => ({ span, reasons: spanMismatches(this, span, traits, spans) }));
  const fitting = candidates.filter(({ reasons }) => reasons.length === 0).length;
  const pass = count === undefined ? fitting > 0 : fitting === count;
  const message = (): string => {
    const details = expectationLines(traits);
    const wanted = `${amountText(count)} named ${quoted(name)}${details.length > 0 ? ' with' : ''}`;
    return [
      `expected ${this.isNot ? 'not ' : ''}to have ${wanted}`,
      ...details,
      ...(pass ? [`but ${fittingText(fitting)}`] : explain(received, name, candidates, fitting)),
      '',
      printTelemetry(isRecorder(received) ? received : { spans }),
    ].join('\n');
  };
  return { pass, message };
}

function explain(
  received: unknown,
  name: string | RegExp,
  candidates: readonly Candidate[],
  fitting: number,
): string[] {
  if (candidates.length === 0) {
    const open = isRecorder(received) ? received.openSpans : [];
    const unfinished = open.find((span) => textMatches(name, span.name));
    if (unfinished) return [`but the span "${unfinished.name}" was started and never ended`];
    const names = spansOf(received, 'toHaveSpan').map((span) => span.name);
    const closest = closestNames(typeof name === 'string' ? name : name.source, names).map(quoted);
    return [`but no span has that name${closest.length > 0 ? `; the closest: ${closest.join(', ')}` : ''}`];
  }
  const others = candidates
    .filter(({ reasons }) => reasons.length > 0)
    .toSorted((a, b) => a.reasons.length - b.reasons.length);
  return [
    `but ${fittingText(fitting)}`,
    ...others
      .slice(0, EXPLAINED)
      .flatMap(({ span, reasons }) => [
        `  "${span.name}" (span ${span.spanContext().spanId}) differs:`,
        ...reasons.map((reason) => `    ${reason}`),
      ]),
    ...(others.length > EXPLAINED ? [`  … and so do ${others.length - EXPLAINED} more`] : []),
  ];
}

function amountText(count: number | undefined): string {
  if (count === undefined) return 'a span';
  return `exactly ${count} span${count === 1 ? '' : 's'}`;
}

function fittingText(amount: number): string {
  if (amount === 0) return 'no span is like that';
  return amount === 1 ? '1 span is like that' : `${amount} spans are like that`;
}
