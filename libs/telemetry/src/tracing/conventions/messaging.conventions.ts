import type { Attributes } from '@opentelemetry/api';
import {
  MESSAGING_BATCH_MESSAGE_COUNT,
  MESSAGING_CONSUMER_GROUP_NAME,
  MESSAGING_DESTINATION_NAME,
  MESSAGING_DESTINATION_TEMPLATE,
  MESSAGING_OPERATION_NAME,
  MESSAGING_OPERATION_TYPE,
  MESSAGING_SYSTEM_NAME,
  SERVER_ADDRESS,
  SERVER_PORT,
} from '../../semconv.js';

/** Where messages go to or come from. */
export interface MessageDestination {
  /** `messaging.system.name`, e.g. `rabbitmq`. */
  readonly system: string;
  /** Name of the topic, queue or subject. */
  readonly name?: string | undefined;
  /** What `name` is an instance of, where names are many: `orders.*`. */
  readonly template?: string | undefined;
  /** Group of consumers that share the messages. */
  readonly consumerGroup?: string | undefined;
  /** Where the broker is. */
  readonly address?: string | undefined;
  readonly port?: number | undefined;
}

/** What is done with a message: the span says it in its name, the metric as an attribute. */
export interface MessageOperation {
  readonly type: 'send' | 'process';
  /** What the span is named after, one of few, e.g. the pattern of the event. */
  readonly subject: string;
  readonly destination: MessageDestination;
  /** How many messages are sent at once, when it is a batch. */
  readonly batchSize?: number;
}

/** Name and attributes of a messaging span. Metrics only ever see `low`. */
export interface MessagingSpan {
  readonly name: string;
  readonly low: Attributes;
  readonly high: Attributes;
}

/** A span of one operation, named `send order.created` or `process order.*`. */
export function messagingSpan({ type, subject, destination, batchSize }: MessageOperation): MessagingSpan {
  const low: Attributes = {
    [MESSAGING_SYSTEM_NAME]: destination.system,
    [MESSAGING_OPERATION_NAME]: type,
    [MESSAGING_OPERATION_TYPE]: type,
  };
  const high = destinationAttributes(destination, low);
  if (batchSize !== undefined) high[MESSAGING_BATCH_MESSAGE_COUNT] = batchSize;
  return { name: `${type} ${subject}`, low, high };
}

/** What a call that travels over a broker has beside the attributes of the call. */
export function messagingTransport(destination: MessageDestination): Attributes {
  const low: Attributes = { [MESSAGING_SYSTEM_NAME]: destination.system };
  return { ...destinationAttributes(destination, low), ...low };
}

/** Adds to `low` what there are few of, and returns the rest. A name that has a template is one of many. */
function destinationAttributes(destination: MessageDestination, low: Attributes): Attributes {
  const { name, template, consumerGroup, address, port } = destination;
  const high: Attributes = {};
  if (name !== undefined) (template === undefined ? low : high)[MESSAGING_DESTINATION_NAME] = name;
  if (template !== undefined) low[MESSAGING_DESTINATION_TEMPLATE] = template;
  if (consumerGroup !== undefined) low[MESSAGING_CONSUMER_GROUP_NAME] = consumerGroup;
  if (address !== undefined) low[SERVER_ADDRESS] = address;
  if (port !== undefined) low[SERVER_PORT] = port;
  return high;
}
