import { shareWrapper, type Wrapper } from '../shared.wrapper.js';
import { useUninstrumented } from './contrib.wrappers.js';
import { endpointOf } from './endpoint.js';
import { stamped } from './publication.js';
import type { Transport } from './transport.js';

interface RmqPeer {
  readonly options?: {
    readonly urls?: unknown;
    readonly exchange?: string;
    readonly exchangeType?: string;
    readonly wildcards?: boolean;
  };
  readonly queue?: string;
}

interface RmqContext {
  getMessage(): { readonly properties?: { readonly headers?: object } } | null | undefined;
}

/** Context travels in the headers of an AMQP message. All patterns of a service share its queue or exchange. */
export const rmqTransport: Transport = {
  name: 'rmq',
  id: 5,
  system: 'rabbitmq',
  isBrokered: true,
  clientField: 'replyQueue',

  destination(peer) {
    const { options = {}, queue } = peer as RmqPeer;
    const usesExchange = options.wildcards === true || options.exchangeType === 'fanout';
    const name = (usesExchange ? options.exchange : undefined) ?? queue;
    return { name: name === '' ? undefined : name, ...endpointOf(options.urls ?? 'localhost', 5672) };
  },

  delivery(context) {
    return { destination: undefined, carrier: (context as RmqContext).getMessage()?.properties?.headers };
  },

  prepareClient: (client) => [
    shareWrapper(client, 'mergeHeaders', wrapMergeHeaders),
    shareWrapper(client, 'setupChannel', wrapSetupChannel),
  ],

  prepareServer: (server) => [shareWrapper(server, 'setupChannel', wrapSetupChannel)],
};

const wrapMergeHeaders: Wrapper = (mergeHeaders) =>
  function (this: unknown, given?: Record<string, unknown>): Record<string, unknown> | undefined {
    return stamped(mergeHeaders.call(this, given) as Record<string, unknown> | undefined);
  };

const wrapSetupChannel: Wrapper = (setupChannel) =>
  function (this: unknown, channel: unknown, ...more: unknown[]): unknown {
    useUninstrumented(channel, 'consume');
    return setupChannel.call(this, channel, ...more);
  };
