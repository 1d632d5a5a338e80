import { propagation, ROOT_CONTEXT, trace, type Link, type SpanContext } from '@opentelemetry/api';
import type { IncomingMessage } from 'node:http';
import type { ResolvedOptions } from '../config/resolved-options.js';
import { admit, type Arrival } from '../propagation/inbound.policy.js';
import { guarded } from '../telemetry.warnings.js';
import { IncomingRequest } from './incoming-request.js';

/**
 * What a connection came with in the headers of its upgrade request, by the same rules as for any other HTTP request.
 * What is active meanwhile is what was active when the server began to listen, and nobody's parent.
 */
export function connectionArrival(
  request: IncomingMessage | undefined,
  inbound: ResolvedOptions['propagation']['inbound'],
): Arrival {
  const nothing: Arrival = { context: ROOT_CONTEXT, links: [] };
  if (typeof request?.headers !== 'object') return nothing;
  return guarded(
    'The handshake of a connection',
    () => admit(inbound(new IncomingRequest(request, {})), ROOT_CONTEXT, request.headers),
    nothing,
  );
}

/**
 * For work that a connection brings while it lives, which may be days: a trace of its own, with the baggage of the
 * connection and a link to where the connection came from.
 */
export function messageArrival(connection: Arrival, origin: SpanContext | undefined): Arrival {
  const baggage = propagation.getBaggage(connection.context);
  const links: Link[] = origin === undefined ? [] : [{ context: origin }];
  return {
    context: baggage === undefined ? ROOT_CONTEXT : propagation.setBaggage(ROOT_CONTEXT, baggage),
    links: [...connection.links, ...links],
  };
}

/** The span that a connection continues, if its sender is let in. */
export function originOf({ context }: Arrival): SpanContext | undefined {
  return trace.getSpanContext(context);
}
