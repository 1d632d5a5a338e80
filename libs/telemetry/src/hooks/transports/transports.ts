import { kafkaTransport } from './kafka.transport.js';
import { mqttTransport } from './mqtt.transport.js';
import { natsTransport } from './nats.transport.js';
import type { NestClient, NestServer } from './nest.peers.js';
import { redisTransport } from './redis.transport.js';
import { rmqTransport } from './rmq.transport.js';
import { tcpTransport } from './tcp.transport.js';
import type { Transport } from './transport.js';

/** gRPC is not among them: its context travels in the metadata of HTTP/2, and its calls have a schema. */
const TRANSPORTS: readonly Transport[] = [
  tcpTransport,
  redisTransport,
  natsTransport,
  mqttTransport,
  rmqTransport,
  kafkaTransport,
];

/** The transport of a server; undefined for gRPC and for strategies of the application, which trace themselves. */
export function transportOfServer({ transportId }: NestServer): Transport | undefined {
  return TRANSPORTS.find(({ id }) => id === transportId);
}

/** The transport of a client, by the field that only its class has: names of classes do not survive minification. */
export function transportOfClient(client: NestClient): Transport | undefined {
  return TRANSPORTS.find(({ clientField }) => Object.hasOwn(client, clientField));
}
