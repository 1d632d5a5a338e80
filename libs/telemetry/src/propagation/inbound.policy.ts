import {
  defaultTextMapGetter,
  propagation,
  ROOT_CONTEXT,
  trace,
  type Context,
  type Link,
  type TextMapGetter,
} from '@opentelemetry/api';
import type { InboundPolicy } from '../telemetry.options.js';

/** What a span that serves something received is started with. */
export interface Arrival {
  /** Its parent. */
  readonly context: Context;
  readonly links: Link[];
}

/**
 * Takes received context across the trust boundary. `continue` makes the sender the parent. `restart` starts a trace of
 * its own, with its own id and sampling decision; the sender stays visible as a link, and nothing else of it gets in.
 */
export function admit<C>(
  policy: InboundPolicy,
  local: Context,
  carrier: C,
  getter: TextMapGetter<C> = defaultTextMapGetter as TextMapGetter<C>,
): Arrival {
  if (policy === 'continue') return { context: propagation.extract(local, carrier, getter), links: [] };
  const remote = trace.getSpanContext(propagation.extract(ROOT_CONTEXT, carrier, getter));
  return { context: restarted(local), links: remote === undefined ? [] : [linkTo(remote)] };
}

/** An arrival that begins a trace of its own inside the trust boundary: the sender is linked, its baggage stays. */
export function linked({ context, links }: Arrival): Arrival {
  const remote = trace.getSpanContext(context);
  if (remote === undefined) return { context, links };
  return { context: trace.deleteSpan(context), links: [...links, linkTo(remote)] };
}

/** A context that belongs to no trace and carries no baggage. */
export function restarted(context: Context): Context {
  return trace.deleteSpan(propagation.deleteBaggage(context));
}

/** The ids only: a tracestate says more of the sender than is needed to find it. */
function linkTo({ traceId, spanId, traceFlags }: Link['context']): Link {
  return { context: { traceId, spanId, traceFlags, isRemote: true } };
}
