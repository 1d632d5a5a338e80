import type { SpanContext } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';

/** By span context, which stays the same object also where a processor hands on another span. */
const order = new WeakMap<SpanContext, number>();
let started = 0;

export function noteStart(context: SpanContext): void {
  started += 1;
  order.set(context, started);
}

/** The spans as they were started. Their start times do not tell: the SDK takes them in whole milliseconds. */
export function byStart(spans: readonly ReadableSpan[]): ReadableSpan[] {
  return spans.toSorted((a, b) => place(a) - place(b));
}

function place(span: ReadableSpan): number {
  return order.get(span.spanContext()) ?? 0;
}
