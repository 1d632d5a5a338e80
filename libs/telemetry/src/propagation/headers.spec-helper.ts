import {
  defaultTextMapGetter,
  defaultTextMapSetter,
  propagation,
  ROOT_CONTEXT,
  trace,
  type Baggage,
  type Context,
  type SpanContext,
  type TextMapPropagator,
} from '@opentelemetry/api';
import { rejections, type RejectionReason } from './rejections.js';

export const TRACE_ID = '12345678901234567890123456789012';
export const SPAN_ID = '1234567890123456';
export const TRACEPARENT = `00-${TRACE_ID}-${SPAN_ID}-01`;

/** The parent a propagator finds in headers. */
export function remoteSpan(propagator: TextMapPropagator, headers: object): SpanContext | undefined {
  return trace.getSpanContext(propagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter));
}

/** The baggage a propagator finds in headers, as plain values. */
export function remoteBaggage(propagator: TextMapPropagator, headers: object): Record<string, string> {
  return valuesOf(propagation.getBaggage(propagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter)));
}

export function valuesOf(baggage: Baggage | undefined): Record<string, string> {
  return Object.fromEntries((baggage?.getAllEntries() ?? []).map(([key, { value }]) => [key, value]));
}

/** The headers a propagator writes. */
export function written(propagator: TextMapPropagator, from: Context): Record<string, string> {
  const headers: Record<string, string> = {};
  propagator.inject(from, headers, defaultTextMapSetter);
  return headers;
}

/** The headers after one hop: received and sent on without anything in between. */
export function passedOn(propagator: TextMapPropagator, headers: object): Record<string, string> {
  return written(propagator, propagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter));
}

export function withBaggage(values: Readonly<Record<string, string>>): Context {
  const entries = Object.entries(values).map(([key, value]) => [key, { value }] as const);
  return propagation.setBaggage(ROOT_CONTEXT, propagation.createBaggage(Object.fromEntries(entries)));
}

/** What was counted as turned away while `run` ran. */
export function rejectedBy(run: () => unknown): Partial<Record<RejectionReason, number>> {
  const before = new Map(rejections());
  run();
  const changed = [...rejections()].map(
    ([reason, count]) => [reason, count - (before.get(reason) ?? 0)] as const,
  );
  return Object.fromEntries(changed.filter(([, count]) => count > 0));
}
