import {
  isSpanContextValid,
  trace,
  type Context,
  type SpanContext,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
  type TraceState,
} from '@opentelemetry/api';
import { isTracingSuppressed } from '@opentelemetry/core';
import { headerOf, type Header } from './header.values.js';
import { countRejection } from './rejections.js';
import { StrictTraceState } from './strict.trace-state.js';
import { parseTraceparent, RANDOM_TRACE_ID, renderTraceparent } from './traceparent.js';
import { parseTracestate } from './tracestate.js';

const TRACEPARENT = 'traceparent';
const TRACESTATE = 'tracestate';

/**
 * W3C Trace Context, levels 1 and 2, to the letter: what is not valid restarts the trace, a list with one bad member is
 * dropped, the random flag of a trace is passed on, and nothing that is received costs more than a few microseconds.
 */
export class W3cTraceContextPropagator implements TextMapPropagator {
  inject(context: Context, carrier: unknown, setter: TextMapSetter): void {
    const span = trace.getSpanContext(context);
    if (span === undefined || isTracingSuppressed(context) || !isSpanContextValid(span)) return;
    const state = strict(span.traceState);
    const random = state?.isRandomTrace === true ? RANDOM_TRACE_ID : 0;
    setter.set(carrier, TRACEPARENT, renderTraceparent(span, span.traceFlags | random));
    const list = state?.serialize() ?? '';
    if (list !== '') setter.set(carrier, TRACESTATE, list);
  }

  extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    const header = headerOf(getter, carrier, TRACEPARENT);
    if (header === undefined) return context;
    const value = typeof header === 'string' ? header : onlyOne(header);
    const parent = value === undefined ? undefined : parseTraceparent(value);
    if (parent === undefined) {
      countRejection(value === undefined ? 'traceparent_repeated' : 'traceparent_malformed');
      return context;
    }
    return trace.setSpanContext(context, withState(parent, headerOf(getter, carrier, TRACESTATE)));
  }

  fields(): string[] {
    return [TRACEPARENT, TRACESTATE];
  }
}

/** Which of several parents is the right one nobody knows. */
function onlyOne(values: readonly unknown[]): string | undefined {
  const [value] = values;
  return typeof value === 'string' && values.length === 1 ? value : undefined;
}

function withState(parent: SpanContext, header: Header | undefined): SpanContext {
  const members = header === undefined ? [] : parseTracestate(header);
  const isRandomTrace = (parent.traceFlags & RANDOM_TRACE_ID) !== 0;
  if (members.length === 0 && !isRandomTrace) return parent;
  return { ...parent, traceState: new StrictTraceState(members, isRandomTrace) };
}

/** A sampler may have put a state of its own in place, with whatever rules that follows. */
function strict(state: TraceState | undefined): StrictTraceState | undefined {
  if (state === undefined || state instanceof StrictTraceState) return state;
  return new StrictTraceState(parseTracestate(state.serialize()), false);
}
