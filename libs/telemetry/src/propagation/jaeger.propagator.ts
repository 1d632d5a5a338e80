import {
  isSpanContextValid,
  trace,
  TraceFlags,
  type Context,
  type SpanContext,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
} from '@opentelemetry/api';
import { isTracingSuppressed } from '@opentelemetry/core';
import { headerOf } from './header.values.js';
import { countRejection } from './rejections.js';

const UBER_TRACE_ID = 'uber-trace-id';
/** Ids of full length, the flags, and separators that some clients percent-encode. */
const MAX_LENGTH = 75;
const FIELDS = /^([0-9a-f]{1,32}):([0-9a-f]{1,16}):[0-9a-f]{1,16}:([0-9a-f]{1,2})$/;

/**
 * Jaeger's `uber-trace-id`, for peers that know nothing else. Baggage has no part in it (`uberctx-*`): it travels as W3C
 * baggage, within the limits that has.
 */
export class JaegerPropagator implements TextMapPropagator {
  inject(context: Context, carrier: unknown, setter: TextMapSetter): void {
    const span = trace.getSpanContext(context);
    if (span === undefined || isTracingSuppressed(context) || !isSpanContextValid(span)) return;
    const sampled = span.traceFlags & TraceFlags.SAMPLED;
    setter.set(carrier, UBER_TRACE_ID, `${span.traceId}:${span.spanId}:0:${sampled}`);
  }

  extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    const header = headerOf(getter, carrier, UBER_TRACE_ID);
    if (header === undefined) return context;
    const parent = parse(typeof header === 'string' ? header : header[0]);
    if (parent !== undefined) return trace.setSpanContext(context, parent);
    countRejection('jaeger_malformed');
    return context;
  }

  fields(): string[] {
    return [UBER_TRACE_ID];
  }
}

function parse(value: unknown): SpanContext | undefined {
  if (typeof value !== 'string' || value.length > MAX_LENGTH) return undefined;
  const fields = FIELDS.exec(value.replaceAll(/%3a/gi, ':').toLowerCase());
  if (fields === null) return undefined;
  const [, traceId = '', spanId = '', flags = ''] = fields;
  const parent = {
    // Leading zeros may be left out.
    traceId: traceId.padStart(32, '0'),
    spanId: spanId.padStart(16, '0'),
    traceFlags: Number.parseInt(flags, 16) & TraceFlags.SAMPLED,
    isRemote: true,
  };
  return isSpanContextValid(parent) ? parent : undefined;
}
