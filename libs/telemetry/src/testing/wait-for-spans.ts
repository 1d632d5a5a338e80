import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { printTelemetry } from './print-telemetry.js';
import type { TelemetryRecorder } from './telemetry.recorder.js';

// Kept from the start, so that fake timers do not stop the waiting.
const { setTimeout: startTimer, clearTimeout: stopTimer } = globalThis;

/** What to wait for: so many spans, one of that name, or what a function says of all spans so far. */
export type SpanCondition = number | string | RegExp | ((spans: readonly ReadableSpan[]) => boolean);

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

function holds(condition: SpanCondition, spans: readonly ReadableSpan[]): boolean {
  if (typeof condition === 'number') return spans.length >= condition;
  if (typeof condition === 'function') return condition(spans);
  if (typeof condition === 'string') return spans.some((span) => span.name === condition);
  return spans.some((span) => condition.test(span.name));
}

function describe(condition: SpanCondition): string {
  if (typeof condition === 'number') return `${condition} spans`;
  if (typeof condition === 'function') return 'spans that fulfil the condition';
  return `a span named ${String(condition)}`;
}
