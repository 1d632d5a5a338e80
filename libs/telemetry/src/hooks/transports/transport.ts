import type { Context } from '@opentelemetry/api';
import type { AnyCarrier } from '../../propagation/carrier.js';
import type { MessageTransportName } from '../../telemetry.options.js';
import type { MessageDestination } from '../../tracing/conventions/messaging.conventions.js';
import type { NestClient, NestPacket, NestServer } from './nest.peers.js';

/** Where a message that is being handled came to, and what came with it. */
export interface Delivery {
  /** Name of the topic, queue or subject; undefined where there is nothing but the pattern. */
  readonly destination: string | undefined;
  /** Where its context travels. */
  readonly carrier: AnyCarrier | null | undefined;
}

/** One transport of Nest: how its messages are recognised, described, read and written. Every file here exports one. */
export interface Transport {
  readonly name: MessageTransportName;
  /** Nest's number of it. */
  readonly id: number;
  /** `messaging.system.name`. */
  readonly system: string;
  /** Whether messages go by a third party: then a call has messaging attributes beside those of the call. */
  readonly isBrokered: boolean;
  /** A field that only its clients have. */
  readonly clientField: string;
  /** Where messages of a pattern go, as its client or server was configured. */
  destination(peer: NestClient | NestServer, pattern: string): Omit<MessageDestination, 'system'>;
  /** Reads Nest's context object of a message. */
  delivery(context: object): Delivery;
  /** Puts context on a packet that carries it itself. */
  stamp?(packet: NestPacket, own: Context, client: NestClient): void;
  /** Wraps what else it takes to send context along and to keep contrib instrumentations from doubling the span. */
  prepareClient?(client: NestClient): (() => void)[];
  prepareServer?(server: NestServer): (() => void)[];
}
