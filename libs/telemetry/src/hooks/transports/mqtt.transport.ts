import { context } from '@opentelemetry/api';
import { shareWrapper, type Wrapper } from '../shared.wrapper.js';
import { endpointOf } from './endpoint.js';
import { stamped } from './publication.js';
import type { Transport } from './transport.js';

interface MqttClient {
  readonly options?: { readonly protocolVersion?: number };
}

interface MqttPeer {
  readonly url?: string;
  readonly mqttClient?: MqttClient | null;
}

interface MqttOptions {
  readonly properties?: { readonly userProperties?: Record<string, unknown> };
}

interface MqttContext {
  getTopic(): string;
  getPacket(): MqttOptions | undefined;
}

/** Context travels in the user properties of MQTT 5. Older versions of the protocol have no place for it. */
export const mqttTransport: Transport = {
  name: 'mqtt',
  id: 3,
  system: 'mqtt',
  isBrokered: true,
  clientField: 'mqttClient',

  destination: (peer, pattern) => ({ name: pattern, ...endpointOf((peer as MqttPeer).url, 1883) }),

  delivery(received) {
    const mqtt = received as MqttContext;
    return { destination: mqtt.getTopic(), carrier: mqtt.getPacket()?.properties?.userProperties };
  },

  prepareClient: (client) => [
    shareWrapper(client, 'mergePacketOptions', wrapMergePacketOptions),
    shareWrapper(client, 'createClient', wrapCreateClient),
  ],
};

const wrapMergePacketOptions: Wrapper = (mergePacketOptions) =>
  function (this: MqttPeer, given?: MqttOptions): MqttOptions | undefined {
    const merged = mergePacketOptions.call(this, given) as MqttOptions | undefined;
    if (this.mqttClient?.options?.protocolVersion !== 5) return merged;
    const userProperties = stamped(merged?.properties?.userProperties);
    if (userProperties === undefined) return merged;
    return { ...merged, properties: { ...merged?.properties, userProperties } };
  };

/**
 * The first request of a pattern is published when the subscription for its reply is confirmed, in a callback of the
 * socket. It has to run where the request was made.
 */
const wrapCreateClient: Wrapper = (createClient) =>
  function (this: MqttPeer, ...args: unknown[]): unknown {
    const client = createClient.apply(this, args) as Record<'subscribe', (...args: unknown[]) => unknown>;
    if (typeof client.subscribe !== 'function') return client;
    const subscribe = client.subscribe.bind(client);
    client.subscribe = (...given) =>
      subscribe(
        ...given.map((value) =>
          typeof value === 'function' ? context.bind(context.active(), value) : value,
        ),
      );
    return client;
  };
