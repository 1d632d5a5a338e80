import { Transport } from '@nestjs/microservices';
import { Redis } from 'ioredis';
import { whyUnreachable } from '../../services/reachable.js';
import { later, type PlainMessage, type TransportUnderTest } from './transport-under-test.js';

const url = process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379';

export const redis: TransportUnderTest = {
  name: 'redis',
  system: 'redis',
  isBrokered: true,
  longestHeaders: 1_000_000,
  missing: await whyUnreachable(url),

  async open(scope) {
    const { hostname: host, port } = new URL(url);
    const options = { host, port: Number(port) };
    const [publisher, subscriber] = [new Redis(options), new Redis(options)];
    return {
      server: { transport: Transport.REDIS, options },
      client: { transport: Transport.REDIS, options },
      plainClient: { transport: Transport.REDIS, options },
      pattern: (name) => `${scope}.${name}`,
      async publish(pattern, data, metadata) {
        await publisher.publish(pattern, JSON.stringify({ pattern, data, metadata }));
      },
      async listen(pattern) {
        const { promise, resolve } = later<PlainMessage>();
        subscriber.on('message', (_channel, text) => {
          const { metadata = {}, ...packet } = JSON.parse(text) as { metadata?: Record<string, string> };
          resolve({ payload: JSON.stringify(packet), headers: metadata });
        });
        await subscriber.subscribe(pattern);
        return { message: promise };
      },
      payloadOf: (pattern, data) => JSON.stringify({ pattern, data }),
      async [Symbol.asyncDispose]() {
        await Promise.all([publisher.quit(), subscriber.quit()]);
      },
    };
  },
};
