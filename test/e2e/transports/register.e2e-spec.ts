import { Transport } from '@nestjs/microservices';
import { Kafka, logLevel } from 'kafkajs';
import type { TelemetryOptions } from 'nest-telemetry';
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startKafka, type KafkaService } from '../../services/kafka/kafka.js';
import type { TreeSpan } from '../../../tools/start/trace.model.ts';
import { receiveHttp } from '../otlp.receiver.js';
import { Program } from '../program.js';
import { kafka } from './kafka.under-test.js';
import { redis } from './redis.under-test.js';
import { rmq } from './rmq.under-test.js';
import type { TransportUnderTest } from './transport-under-test.js';

const required = process.env['REQUIRE_SERVICES'] === '1';
const LIFE = /^nestjs\.(bootstrap|shutdown)$/;
const patterns = { request: 'order.price', event: 'order.placed' };

/**
 * Runs the fixture with the instrumentations of all brokers registered; the spans it has exported, but for those of the
 * start and the end of its applications.
 */
async function spansOf(
  transport: Transport,
  options: object,
  { names = patterns, telemetry = {} }: { names?: typeof patterns; telemetry?: TelemetryOptions } = {},
): Promise<TreeSpan[]> {
  await using receiver = await receiveHttp();
  await using program = new Program('messages.mjs', {
    node: ['--import', 'nest-telemetry/register'],
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' },
    settings: { transport, options, patterns: names, telemetry },
  });
  const { code } = await program.ended;
  if (code !== 0) throw new Error(`It ended with ${code}:\n${program.stdout}${program.stderr}`);
  expect(program.stdout).toContain('@handled [{"id":2}]');
  return withoutLife(receiver.jsonSpans());
}

function withoutLife(spans: readonly TreeSpan[]): TreeSpan[] {
  const ofLife = new Set(spans.filter(({ name }) => LIFE.test(name)).map(({ traceId }) => traceId));
  return spans.filter(({ traceId }) => !ofLife.has(traceId));
}

/** The spans there are, less what connecting takes, each with the one it is in. */
function relations(spans: readonly TreeSpan[]): string[] {
  const names = new Map(spans.map(({ spanId, kind }) => [spanId, kind]));
  return spans
    .filter(({ name }) => name !== 'connect')
    .map(({ kind, name, parentSpanId }) => `${kind} ${name} in ${names.get(parentSpanId ?? '')}`)
    .toSorted();
}

/** All that there may be of a request and an event. */
const onePairEach = ({ request, event } = patterns): string[] => [
  `client ${request} in undefined`,
  `consumer process ${event} in producer`,
  `producer send ${event} in undefined`,
  `server ${request} in client`,
];

const why = ({ missing }: TransportUnderTest): string =>
  missing === undefined ? '' : ` (skipped: ${missing})`;
const isSkipped = ({ missing }: TransportUnderTest): boolean => missing !== undefined && !required;

describe('With nest-telemetry/register and the instrumentation of the broker, a message is one span on either side', () => {
  describe.skipIf(isSkipped(rmq))(`rmq${why(rmq)}`, () => {
    const optionsOf = (): object => ({
      urls: [process.env['RABBITMQ_URL'] ?? 'amqp://guest:guest@127.0.0.1:5672'],
      queue: `nt-${randomBytes(4).toString('hex')}`,
      queueOptions: { durable: false, autoDelete: true },
    });

    it('amqplib', async () => {
      expect(relations(await spansOf(Transport.RMQ, optionsOf()))).toEqual(onePairEach());
    });

    it('amqplib, which is left alone where messages are not traced here', async () => {
      const spans = await spansOf(Transport.RMQ, optionsOf(), {
        telemetry: { traces: { messages: { enabled: false } } },
      });
      const kinds = new Set(spans.map(({ kind }) => kind));
      expect(kinds).toEqual(new Set(['producer', 'consumer']));
      expect(spans.map(({ name }) => name)).not.toContain('order.price');
    });
  });

  describe.skipIf(isSkipped(redis))(`redis${why(redis)}`, () => {
    it('ioredis', async () => {
      const { hostname: host, port } = new URL(process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379');
      const scope = `nt-${randomBytes(4).toString('hex')}`;
      const names = { request: `${scope}.price`, event: `${scope}.placed` };
      const spans = await spansOf(Transport.REDIS, { host, port: Number(port) }, { names });
      // Commands of a connection are no messages.
      const messages = spans.filter(({ attributes }) => attributes['db.system'] === undefined);
      expect(relations(messages)).toEqual(onePairEach(names));
      expect(spans.filter(({ name }) => name === 'publish')).toEqual([]);
    });
  });

  describe.skipIf(isSkipped(kafka))(`kafka${why(kafka)}`, () => {
    let service: KafkaService;
    beforeAll(async () => {
      service = await startKafka();
    }, 300_000);
    afterAll(() => service?.[Symbol.asyncDispose]());

    it('kafkajs', async () => {
      const brokers = [...service.brokers];
      const scope = `nt-${randomBytes(4).toString('hex')}`;
      const names = { request: `${scope}.price`, event: `${scope}.placed` };
      const admin = new Kafka({ brokers, logLevel: logLevel.NOTHING }).admin();
      await admin.connect();
      const topics = [names.request, `${names.request}.reply`, names.event];
      await admin.createTopics({ topics: topics.map((topic) => ({ topic })) });
      await admin.disconnect();
      const options = {
        client: { brokers, logLevel: logLevel.NOTHING },
        consumer: { groupId: scope },
        subscribe: { fromBeginning: true },
      };
      const spans = await spansOf(Transport.KAFKA, options, { names });
      expect(relations(spans)).toEqual(onePairEach(names));
    });
  });
});
