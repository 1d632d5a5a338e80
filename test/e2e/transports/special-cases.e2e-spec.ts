import { Controller, Inject, Injectable, Module, type DynamicModule, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  ClientsModule,
  EventPattern,
  Payload,
  Transport,
  type ClientKafka,
  type ClientProvider,
  type ClientProxy,
  type MicroserviceOptions,
} from '@nestjs/microservices';
import { context, SpanKind } from '@opentelemetry/api';
import { Kafka, logLevel } from 'kafkajs';
import { connectAsync } from 'mqtt';
import { extract, inject, runInSpan, TelemetryModule } from 'nest-telemetry';
import { recordTelemetry, waitForSpans, type TelemetryRecorder } from 'nest-telemetry/testing';
import 'nest-telemetry/testing/vitest';
import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startKafka } from '../../services/kafka/kafka.js';
import { kafka } from './kafka.under-test.js';
import { mqtt } from './mqtt.under-test.js';
import { nats } from './nats.under-test.js';
import { rmq } from './rmq.under-test.js';
import { later, type TransportUnderTest } from './transport-under-test.js';

const why = ({ missing }: TransportUnderTest): string =>
  missing === undefined ? '' : ` (skipped: ${missing})`;
const isSkipped = ({ missing }: TransportUnderTest): boolean =>
  missing !== undefined && process.env['REQUIRE_SERVICES'] !== '1';

let telemetry: TelemetryRecorder;
let scope: string;
beforeEach(() => {
  telemetry = recordTelemetry();
  scope = `nt-${randomBytes(4).toString('hex')}`;
});
afterEach(() => telemetry.stop());

@Injectable()
class Caller {
  constructor(@Inject('CLIENT') readonly client: ClientProxy) {}
}

@Module({})
// oxlint-disable-next-line typescript/no-extraneous-class
class AppModule {}

function handlerOf(pattern: string): Type<object> {
  @Controller()
  class Handlers {
    @EventPattern(pattern)
    take(@Payload() _data: unknown): void {
      // Nothing but the span is looked at.
    }
  }
  return Handlers;
}

/** A microservice with a handler of a pattern and a client, in one application. */
async function start(
  options: MicroserviceOptions & ClientProvider,
  pattern: string,
): Promise<AsyncDisposable & { client: ClientProxy }> {
  const module: DynamicModule = {
    module: AppModule,
    imports: [ClientsModule.register([{ name: 'CLIENT', ...options }]), TelemetryModule.forRoot()],
    controllers: [handlerOf(pattern)],
    providers: [Caller],
  };
  const app = await NestFactory.createMicroservice(module, { ...options, logger: false });
  await app.listen();
  return { client: app.get(Caller).client, [Symbol.asyncDispose]: () => app.close() };
}

describe('Patterns with wildcards name the span; the topic that matched is an attribute', () => {
  it.skipIf(isSkipped(nats))(`nats${why(nats)}`, async () => {
    const servers = [process.env['NATS_URL'] ?? 'nats://127.0.0.1:4222'];
    await using app = await start({ transport: Transport.NATS, options: { servers } }, `${scope}.*`);
    app.client.emit(`${scope}.17`, {});
    await waitForSpans(telemetry, `process ${scope}.*`, 10_000);
    await waitForSpans(telemetry, `send ${scope}.17`, 10_000);
    expect(telemetry).toHaveSpan(`process ${scope}.*`, {
      kind: 'consumer',
      parent: `send ${scope}.17`,
      attributes: {
        'messaging.destination.template': `${scope}.*`,
        'messaging.destination.name': `${scope}.17`,
      },
    });
    const { points } = await telemetry.metric('messaging.process.duration');
    expect(points[0]?.attributes).not.toHaveProperty(['messaging.destination.name']);
  });

  it.skipIf(isSkipped(rmq))(`rmq, where the destination is the queue${why(rmq)}`, async () => {
    const urls = [process.env['RABBITMQ_URL'] ?? 'amqp://guest:guest@127.0.0.1:5672'];
    const queueOptions = { durable: false, autoDelete: true };
    const options = { urls, queue: scope, wildcards: true, queueOptions };
    await using app = await start({ transport: Transport.RMQ, options }, 'order.*');
    app.client.emit('order.placed', {});
    await waitForSpans(telemetry, 'process order.*', 10_000);
    // Ends when the broker has confirmed it.
    await waitForSpans(telemetry, 'send order.placed', 10_000);
    expect(telemetry).toHaveSpan('process order.*', {
      parent: 'send order.placed',
      attributes: { 'messaging.destination.name': scope },
    });
  });
});

describe.skipIf(isSkipped(mqtt))(`MQTT 3.1.1${why(mqtt)}`, () => {
  it('has no place for context: both sides have their spans, and messages stay as they are', async () => {
    const url = process.env['MQTT_URL'] ?? 'mqtt://127.0.0.1:1883';
    const listener = await connectAsync(url);
    await listener.subscribeAsync(`${scope}/event`);
    const { promise: received, resolve } = later<string>();
    listener.once('message', (_topic, payload) => resolve(payload.toString()));
    await using app = await start({ transport: Transport.MQTT, options: { url } }, `${scope}/event`);
    app.client.emit(`${scope}/event`, { id: 1 });
    await waitForSpans(telemetry, `process ${scope}/event`, 10_000);
    await waitForSpans(telemetry, `send ${scope}/event`, 10_000);
    expect(telemetry.span(`process ${scope}/event`).parentSpanContext).toBeUndefined();
    expect(await received).toBe(JSON.stringify({ pattern: `${scope}/event`, data: { id: 1 } }));
    await listener.endAsync();
  });
});

describe.skipIf(isSkipped(kafka))(`A batch of Kafka messages${why(kafka)}`, () => {
  it('is one producer span, and every message carries its context', async () => {
    await using service = await startKafka();
    const brokers = [...service.brokers];
    const client = { brokers, logLevel: logLevel.NOTHING };
    const admin = new Kafka(client).admin();
    await admin.connect();
    await admin.createTopics({ topics: [{ topic: scope }] });
    await admin.disconnect();
    const options = { client, consumer: { groupId: scope }, subscribe: { fromBeginning: true } };
    await using app = await start({ transport: Transport.KAFKA, options }, scope);
    const messages = [{ value: 'a' }, { value: 'b', headers: { own: 'kept' } }];
    (app.client as unknown as ClientKafka).emitBatch(scope, { messages });
    await waitForSpans(
      telemetry,
      (spans) => spans.filter(({ name }) => name === `process ${scope}`).length === 2,
      20_000,
    );
    expect(telemetry).toHaveSpan(`send ${scope}`, {
      kind: 'producer',
      count: 1,
      attributes: { 'messaging.batch.message_count': 2 },
    });
    expect(telemetry).toHaveSpan(`process ${scope}`, { kind: 'consumer', parent: `send ${scope}`, count: 2 });
    expect(JSON.stringify(messages)).not.toContain('traceparent');
  }, 300_000);
});

describe('A queue of the application', () => {
  it('carries context with inject and extract', async () => {
    await using app = await NestFactory.createApplicationContext(
      { module: AppModule, imports: [TelemetryModule.forRoot()] },
      { logger: false },
    ).then((created) => ({ [Symbol.asyncDispose]: () => created.close() }));
    expect(app).toBeDefined();
    const sent: { body: string; headers: Record<string, string> }[] = [];
    runInSpan('send orders', { kind: SpanKind.PRODUCER }, () =>
      sent.push({ body: 'order', headers: inject<Record<string, string>>({}) }),
    );
    for (const { headers } of JSON.parse(JSON.stringify(sent)) as typeof sent) {
      context.with(extract(headers), () =>
        runInSpan('process orders', { kind: SpanKind.CONSUMER }, () => undefined),
      );
    }
    expect(telemetry).toHaveSpan('process orders', { kind: 'consumer', parent: 'send orders' });
  });
});
