import { context } from '@opentelemetry/api';
import { shareWrapper, type Wrapper } from '../shared.wrapper.js';
import { useUninstrumented } from './contrib.wrappers.js';
import { endpointOf } from './endpoint.js';
import { isPublishing, stamped } from './publication.js';
import type { Transport } from './transport.js';

interface KafkaPeer {
  readonly brokers?: unknown;
  readonly groupId?: string;
  readonly transportId?: unknown;
  readonly _consumer?: unknown;
}

interface KafkaMessage {
  readonly headers?: Record<string, unknown> | null;
}

interface KafkaContext {
  getTopic(): string;
  getMessage(): { readonly headers?: object } | undefined;
}

/** Context travels in the headers of a Kafka message. */
export const kafkaTransport: Transport = {
  name: 'kafka',
  id: 6,
  system: 'kafka',
  isBrokered: true,
  clientField: 'producerOnlyMode',

  destination(peer, pattern) {
    const { brokers, groupId, transportId } = peer as KafkaPeer;
    // Brokers may be looked up by a function. The group of a client is that of its replies.
    return {
      name: pattern,
      ...(transportId !== undefined && { consumerGroup: groupId }),
      ...endpointOf(brokers, 9092),
    };
  },

  delivery(received) {
    const kafka = received as KafkaContext;
    return { destination: kafka.getTopic(), carrier: kafka.getMessage()?.headers };
  },

  prepareClient(client) {
    const { serializer } = client as { serializer?: object };
    return [
      shareWrapper(client, 'bindTopics', wrapBindTopics),
      // One of the application may be a literal, which has the method itself.
      ...(serializer === undefined
        ? []
        : [shareWrapper(Object.create(serializer) as object, 'serialize', wrapSerialize)]),
    ];
  },

  prepareServer: (server) => [shareWrapper(server, 'bindEvents', wrapBindEvents)],
};

/** What goes to the broker is what the serializer returns, at once or later, so this is where headers are added. */
const wrapSerialize: Wrapper = (serialize) =>
  function (this: unknown, ...args: unknown[]): unknown {
    const message: unknown = serialize.apply(this, args);
    // The answers of servers pass here as well, and carry nothing.
    if (!isPublishing()) return message;
    const add = (result: KafkaMessage): KafkaMessage => ({
      ...result,
      headers: stamped(result.headers) ?? {},
    });
    return message instanceof Promise
      ? message.then(context.bind(context.active(), add))
      : add(message as KafkaMessage);
  };

const wrapBindTopics: Wrapper = (bindTopics) =>
  function (this: KafkaPeer, ...args: unknown[]): unknown {
    useUninstrumented(this._consumer, 'run');
    return bindTopics.apply(this, args);
  };

const wrapBindEvents: Wrapper = (bindEvents) =>
  function (this: unknown, consumer: unknown, ...more: unknown[]): unknown {
    useUninstrumented(consumer, 'run');
    return bindEvents.call(this, consumer, ...more);
  };
