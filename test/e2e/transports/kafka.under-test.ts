import { Transport, type ClientKafka, type KafkaOptions } from '@nestjs/microservices';
import { Kafka, logLevel } from 'kafkajs';
import { startKafka, whyNoKafka } from '../../services/kafka/kafka.js';
import { later, type PlainMessage, type TransportUnderTest } from './transport-under-test.js';

export const kafka: TransportUnderTest = {
  name: 'kafka',
  system: 'kafka',
  isBrokered: true,
  longestHeaders: 900_000,
  missing: await whyNoKafka(),

  async open(scope) {
    const service = await startKafka();
    const brokers = [...service.brokers];
    const optionsFor = (groupId: string): NonNullable<KafkaOptions['options']> => ({
      client: { brokers, clientId: groupId, logLevel: logLevel.NOTHING },
      consumer: { groupId, rebalanceTimeout: 2000, sessionTimeout: 6000, heartbeatInterval: 500 },
      subscribe: { fromBeginning: true },
    });
    const plain = new Kafka({ brokers, clientId: `${scope}-plain`, logLevel: logLevel.NOTHING });
    const producer = plain.producer();
    const consumer = plain.consumer({ groupId: `${scope}-plain` });
    await producer.connect();
    const admin = plain.admin();
    await admin.connect();
    const topics = ['sum', 'stream', 'fail', 'crash', 'echo'].flatMap((name) => [
      `${scope}.${name}`,
      `${scope}.${name}.reply`,
    ]);
    const events = ['placed', 'linked', 'broken', 'plain', 'own', 'calls'].map((name) => `${scope}.${name}`);
    await admin.createTopics({ topics: [...topics, ...events].map((topic) => ({ topic })) });
    await admin.disconnect();
    return {
      server: { transport: Transport.KAFKA, options: optionsFor(scope) },
      client: { transport: Transport.KAFKA, options: optionsFor(scope) },
      plainClient: {
        transport: Transport.KAFKA,
        options: { ...optionsFor(`${scope}-events`), producerOnlyMode: true },
      },
      pattern: (name) => `${scope}.${name}`,
      prepare(client, requests) {
        for (const pattern of requests) (client as unknown as ClientKafka).subscribeToResponseOf(pattern);
      },
      async publish(topic, data, headers) {
        const texts = Object.fromEntries(
          Object.entries(headers).map(([name, value]) => [name, String(value)]),
        );
        await producer.send({ topic, messages: [{ value: JSON.stringify(data), headers: texts }] });
      },
      async listen(topic) {
        const { promise, resolve } = later<PlainMessage>();
        await consumer.connect();
        await consumer.subscribe({ topic, fromBeginning: true });
        await consumer.run({
          eachMessage: async ({ message }) => {
            const headers = Object.fromEntries(
              Object.entries(message.headers ?? {}).map(([name, value]) => [name, String(value)]),
            );
            resolve({ payload: String(message.value), headers });
          },
        });
        return { message: promise };
      },
      payloadOf: (_pattern, data) => JSON.stringify(data),
      withHeaders: (value, headers) => ({ value, headers }),
      async [Symbol.asyncDispose]() {
        await Promise.all([producer.disconnect(), consumer.disconnect()]);
        await service[Symbol.asyncDispose]();
      },
    };
  },
};
