import type { Carrier } from '../../propagation/carrier.js';
import { shareWrapper, type Wrapper } from '../shared.wrapper.js';
import { endpointOf } from './endpoint.js';
import { publishedHeaders } from './publication.js';
import type { Transport } from './transport.js';

interface NatsPeer {
  readonly options?: { readonly servers?: unknown; readonly headers?: Record<string, string> };
  readonly queue?: string;
  readonly natsClient?: { readonly info?: { readonly headers?: boolean } } | null;
}

/** The headers of a NATS message. */
interface NatsHeaders {
  has(name: string): boolean;
  keys(): string[];
  values(name: string): string[];
  append(name: string, value: string): void;
  set(name: string, value: string): void;
}

interface NatsContext {
  getSubject(): string;
  getHeaders(): Carrier | undefined;
}

/** Context travels in the headers of a NATS message. */
export const natsTransport: Transport = {
  name: 'nats',
  id: 2,
  system: 'nats',
  isBrokered: true,
  clientField: 'natsClient',

  destination(peer, pattern) {
    const { servers = 'localhost' } = (peer as NatsPeer).options ?? {};
    return { name: pattern, ...endpointOf(servers, 4222) };
  },

  delivery(context) {
    const nats = context as NatsContext;
    return { destination: nats.getSubject(), carrier: nats.getHeaders() };
  },

  prepareClient: (client) => [shareWrapper(client, 'mergeHeaders', wrapMergeHeaders)],
};

const wrapMergeHeaders: Wrapper = (mergeHeaders) =>
  function (this: NatsPeer, given?: NatsHeaders): NatsHeaders | undefined {
    // Nest adds to what the application handed in, which may be used for the next message as well.
    const merged = mergeHeaders.call(this, given && copyOf(given)) as NatsHeaders | undefined;
    // A server without headers refuses the message.
    if (this.natsClient?.info?.headers === false) return merged;
    const headers = publishedHeaders();
    if (Object.keys(headers).length === 0) return merged;
    // Only Nest knows the NATS package; it makes headers where there are some to be merged.
    if (merged === undefined) return mergeHeaders.call({ options: { headers } }, undefined) as NatsHeaders;
    for (const [name, value] of Object.entries(headers)) {
      // Baggage the application wrote itself is meant.
      if (name !== 'baggage' || !merged.has(name)) merged.set(name, value);
    }
    return merged;
  };

function copyOf(headers: NatsHeaders): NatsHeaders {
  const copy = new (headers.constructor as new () => NatsHeaders)();
  for (const name of headers.keys()) {
    for (const value of headers.values(name)) copy.append(name, value);
  }
  return copy;
}
