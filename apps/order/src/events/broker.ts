import { type ClientOptions, Transport } from '@nestjs/microservices';
import type { Settings } from '../settings.js';

/** Where events are sent: the port of the service that takes them, or a broker, as the URL says. */
export function eventsClient({
  brokerUrl,
  brokerQueue: queue,
}: Pick<Settings, 'brokerUrl' | 'brokerQueue'>): ClientOptions {
  const { protocol, hostname: host, port, username, password } = new URL(brokerUrl);
  switch (protocol) {
    case 'tcp:':
      return { transport: Transport.TCP, options: { host, port: Number(port) } };
    case 'amqp:':
    case 'amqps:':
      return { transport: Transport.RMQ, options: { urls: [brokerUrl], queue } };
    case 'nats:':
      return { transport: Transport.NATS, options: { servers: [brokerUrl] } };
    case 'mqtt:':
      // Only MQTT 5 has a place for the trace context.
      return { transport: Transport.MQTT, options: { url: brokerUrl, protocolVersion: 5 } };
    case 'redis:':
      return {
        transport: Transport.REDIS,
        options: {
          host,
          port: Number(port || 6379),
          ...(username && { username: decodeURIComponent(username) }),
          ...(password && { password: decodeURIComponent(password) }),
        },
      };
    default:
      throw new Error(`BROKER_URL starts with '${protocol}'; it can be tcp:, amqp:, nats:, mqtt: or redis:.`);
  }
}
