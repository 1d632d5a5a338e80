import { propagation, ROOT_CONTEXT, trace, type Context, type Link } from '@opentelemetry/api';
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
 * Where work begins that a connection brings while it lives, which may be days: in a trace of its own, with the baggage
 * of the connection. A link tells which connection it was.
 */
export function apartFrom(connection: Arrival): Context {
  const baggage = propagation.getBaggage(connection.context);
  return baggage === undefined ? ROOT_CONTEXT : propagation.setBaggage(ROOT_CONTEXT, baggage);
}

/** A link to the span of a context, if it has one. */
export function linksTo(origin: Context): Link[] {
  const spanContext = trace.getSpanContext(origin);
  return spanContext === undefined ? [] : [{ context: spanContext }];
}
