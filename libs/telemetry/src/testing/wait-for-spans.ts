import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { printTelemetry } from './print-telemetry.js';
import { filterText, spanFits, type SpanFilter, type SpanTraits } from './span-filter.js';
import type { TelemetryRecorder } from './telemetry.recorder.js';

// Kept from the start, so that fake timers do not stop the waiting.
const { setTimeout: startTimer, clearTimeout: stopTimer } = globalThis;

/** Traits of the spans to wait for, and how many of them. */
export interface SpansExpected extends SpanTraits {
  /** @defaultValue 1 */
  readonly count?: number;
}

/**
 * What to wait for: so many spans, one of that name, spans with these traits, or what a function says of all spans so
 * far.
 */
export type SpanCondition =
  number | string | RegExp | SpansExpected | ((spans: readonly ReadableSpan[]) => boolean);

/**
 * Waits until spans have ended; many end after the answer they belong to has arrived. Resolves with all recorded
 * spans.
 * @param timeoutMillis - @defaultValue 2000
 * @throws Error with the trace tree when the time is over.
 */
export function waitForSpans(
  recorder: TelemetryRecorder,
  condition: SpanCondition,
  timeoutMillis = 2000,
): Promise<readonly ReadableSpan[]> {
  if (holds(condition, recorder.spans)) return Promise.resolve(recorder.spans);
  return new Promise((resolve, reject) => {
    const finish = (settle: () => void): void => {
      stopListening();
      stopTimer(timer);
      settle();
    };
    const stopListening = recorder.onSpanEnd(() => {
      try {
        if (holds(condition, recorder.spans)) finish(() => resolve(recorder.spans));
      } catch (error) {
        finish(() => reject(error instanceof Error ? error : new Error(String(error))));
      }
    });
    const timer = startTimer(() => {
      const what = `waited ${timeoutMillis} ms for ${describe(condition)}`;
      finish(() => reject(new Error(`${what}; recorded so far:\n\n${printTelemetry(recorder)}`)));
    }, timeoutMillis);
  });
}

/**
 * Waits until a span of that name, or with these traits, has ended, and resolves with it.
 *
 * ```ts
 * const request = await waitForSpan(telemetry, { kind: 'server' });
 * ```
 * @param timeoutMillis - @defaultValue 2000
 * @throws Error with the trace tree when the time is over, or when there is more than one.
 * @since 0.1.0
 */
export async function waitForSpan(
  recorder: TelemetryRecorder,
  which: SpanFilter,
  timeoutMillis = 2000,
): Promise<ReadableSpan> {
  await waitForSpans(recorder, asCondition(which), timeoutMillis);
  return recorder.span(which);
}

function asCondition(which: SpanFilter): SpanCondition {
  return typeof which === 'object' && !(which instanceof RegExp) ? { ...which, count: 1 } : which;
}

function holds(condition: SpanCondition, spans: readonly ReadableSpan[]): boolean {
  if (typeof condition === 'number') return spans.length >= condition;
  if (typeof condition === 'function') return condition(spans);
  if (typeof condition === 'string' || condition instanceof RegExp)
    return spans.some((span) => spanFits(condition, span));
  return spans.filter((span) => spanFits(condition, span)).length >= (condition.count ?? 1);
}

function describe(condition: SpanCondition): string {
  if (typeof condition === 'number') return `${condition} spans`;
  if (typeof condition === 'function') return 'spans that fulfil the condition';
  if (typeof condition === 'string' || condition instanceof RegExp) return `a span ${filterText(condition)}`;
  const { count = 1, ...traits } = condition;
  return `${count === 1 ? 'a span' : `${count} spans`} ${filterText(traits)}`;
}
