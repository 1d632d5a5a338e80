import { type SpanContext, TraceFlags, type TraceState } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { SAMPLING_REASON, SAMPLING_WEIGHT } from '../../semconv.js';
import { type Threshold, thresholdIn, withThreshold } from './consistent.threshold.js';
import type { KeepReason } from './keep.policy.js';

interface Changeable {
  traceFlags: number;
  traceState?: TraceState;
}

/**
 * Says in the context of a span that it is sampled, and with which probability. The context itself is changed: what is
 * started or called inside the span from now on is told so, too.
 */
export function markKept(context: SpanContext, threshold: Threshold | undefined): void {
  // A span of somebody else may give away a context that cannot be changed; then its trace is not complete.
  if (Object.isFrozen(context)) return;
  const changeable: Changeable = context;
  changeable.traceFlags |= TraceFlags.SAMPLED;
  if (threshold !== undefined && thresholdIn(context.traceState)?.text !== threshold.text) {
    changeable.traceState = withThreshold(context.traceState, threshold);
  }
}

/** Takes back what {@link markKept} or the sampler said, so that what is started inside the span later does not count as kept. */
export function markDropped(context: SpanContext): void {
  if (isSampled(context) && !Object.isFrozen(context))
    (context as Changeable).traceFlags &= ~TraceFlags.SAMPLED;
}

/** Writes down how many traces a span stands for; nothing if that is not known. */
export function weigh(span: ReadableSpan, reason?: KeepReason): void {
  const { attributes } = span;
  if (Object.isFrozen(attributes)) return;
  const threshold = thresholdIn(span.spanContext().traceState);
  if (threshold !== undefined) attributes[SAMPLING_WEIGHT] = threshold.weight;
  if (reason !== undefined) attributes[SAMPLING_REASON] = reason;
}

export function isSampled({ traceFlags }: SpanContext): boolean {
  return (traceFlags & TraceFlags.SAMPLED) !== 0;
}
