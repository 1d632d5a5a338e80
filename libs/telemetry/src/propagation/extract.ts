import { context as active, type Context, type TextMapGetter } from '@opentelemetry/api';
import type { InboundPolicy } from '../telemetry.options.js';
import { guarded } from '../telemetry.warnings.js';
import { carrierOf, type AnyCarrier, type Carrier } from './carrier.js';
import { admit, restarted, type Arrival } from './inbound.policy.js';

/**
 * Options of {@link extract}.
 * @since 0.1.0
 */
export interface ExtractOptions {
  /** What to add to. @defaultValue the active context */
  context?: Context;
}

/** How the API reads a {@link Carrier}. */
const carrierGetter: TextMapGetter<Carrier> = {
  get: (carrier, key) => carrier.get(key),
  keys: (carrier) => carrier.keys(),
};

/**
 * A context with the trace and the baggage that the headers of a message carry; run the handler in it. What is malformed
 * or too long is left out and counted. Never throws.
 *
 * ```ts
 * await context.with(extract(message.headers), () => handle(message));
 * ```
 * @since 0.1.0
 */
export function extract(carrier: AnyCarrier | null | undefined, options: ExtractOptions = {}): Context {
  const local = guarded('extract()', () => options.context, undefined);
  return arrivalOf(carrier, 'continue', local).context;
}

/** What a span that handles a message starts with; see {@link admit}. Never throws. */
export function arrivalOf(
  carrier: AnyCarrier | null | undefined,
  policy: InboundPolicy,
  local: Context = active.active(),
): Arrival {
  const nothing: Arrival = { context: policy === 'restart' ? restarted(local) : local, links: [] };
  if (typeof carrier !== 'object' || carrier === null) return nothing;
  return guarded('extract()', () => admit(policy, local, carrierOf(carrier), carrierGetter), nothing);
}
