import { RmqRecordBuilder, Transport } from '@nestjs/microservices';
import { connect } from 'amqplib';
import { whyUnreachable } from '../../services/reachable.js';
import { later, type PlainMessage, type TransportUnderTest } from './transport-under-test.js';

const url = process.env['RABBITMQ_URL'] ?? 'amqp://guest:guest@127.0.0.1:5672';

export const rmq: TransportUnderTest = {
  name: 'rmq',
  system: 'rabbitmq',
  isBrokered: true,
  longestHeaders: 60_000,
  missing: await whyUnreachable(url),

  async open(scope) {
    const queueOptions = { durable: false, autoDelete: true };
    const options = { urls: [url], queue: scope, queueOptions };
    const connection = await connect(url);
    const channel = await connection.createConfirmChannel();
    return {
      server: { transport: Transport.RMQ, options },
      client: { transport: Transport.RMQ, options },
      plainClient: { transport: Transport.RMQ, options: { ...options, queue: `${scope}.plain` } },
      pattern: (name) => name,
      async publish(pattern, data, headers) {
        channel.sendToQueue(scope, Buffer.from(JSON.stringify({ pattern, data })), { headers });
        await channel.waitForConfirms();
      },
      async listen() {
        const { promise, resolve } = later<PlainMessage>();
        await channel.assertQueue(`${scope}.plain`, queueOptions);
        await channel.consume(
          `${scope}.plain`,
          (message) => {
            if (message === null) return;
            const headers = { ...message.properties.headers } as Record<string, string>;
            resolve({ payload: message.content.toString(), headers });
          },
          { noAck: true },
        );
        return { message: promise };
      },
      payloadOf: (pattern, data) => JSON.stringify({ pattern, data }),
      withHeaders: (data, headers) => new RmqRecordBuilder(data).setOptions({ headers }).build(),
      [Symbol.asyncDispose]: () => connection.close(),
    };
  },
};
