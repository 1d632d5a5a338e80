import { endpointOf } from './endpoint.js';
import { stampMetadata } from './tcp.transport.js';
import type { Transport } from './transport.js';

interface RedisPeer {
  readonly options?: { readonly host?: string; readonly port?: number };
}

interface RedisContext {
  getChannel(): string;
  getMetadata?(): Record<string, unknown> | undefined;
}

/** Redis has no headers: context travels in the metadata of Nest's packet, beside the data. */
export const redisTransport: Transport = {
  name: 'redis',
  id: 1,
  system: 'redis',
  isBrokered: true,
  clientField: 'pubClient',

  destination(peer, pattern) {
    const { host = 'localhost', port = 6379 } = (peer as RedisPeer).options ?? {};
    return { name: pattern, ...endpointOf({ host, port }, port) };
  },

  delivery(context) {
    const redis = context as RedisContext;
    return { destination: redis.getChannel(), carrier: redis.getMetadata?.() };
  },

  stamp(packet, own) {
    stampMetadata(packet, own);
  },
};
