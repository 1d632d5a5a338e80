import 'nest-telemetry/testing/vitest';
import { randomBytes } from 'node:crypto';
import { connect } from 'amqplib';
import { recordTelemetry, type TelemetryRecorder, waitForSpans } from 'nest-telemetry/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startOrder, type RunningApp as OrderService } from '../../../apps/order/test/running-app.js';
import { startUser, type RunningApp as UserService } from '../../../apps/user/test/running-app.js';
import { whyUnreachable } from '../../services/reachable.js';

const BROKERS = {
  tcp: undefined,
  amqp: process.env['RABBITMQ_URL'] ?? 'amqp://guest:guest@127.0.0.1:5672',
  nats: process.env['NATS_URL'] ?? 'nats://127.0.0.1:4222',
  mqtt: process.env['MQTT_URL'] ?? 'mqtt://127.0.0.1:1883',
  redis: process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379',
};

/** RabbitMQ keeps queues; this one was for one run. */
async function deleteQueue(url: string, queue: string): Promise<void> {
  const connection = await connect(url);
  const channel = await connection.createChannel();
  await channel.deleteQueue(queue);
  await connection.close();
}

for (const [name, url] of Object.entries(BROKERS)) {
  const missing = url === undefined ? undefined : await whyUnreachable(url);
  const skipped = missing !== undefined && process.env['REQUIRE_SERVICES'] !== '1';

  describe.skipIf(skipped)(`An order told over ${name}${skipped ? ` (skipped: ${missing})` : ''}`, () => {
    const brokerQueue = `nt-${randomBytes(4).toString('hex')}`;
    let telemetry: TelemetryRecorder;
    let user: UserService;
    let order: OrderService;
    beforeAll(async () => {
      if (missing !== undefined) throw new Error(`No ${name}: ${missing}`);
      telemetry = recordTelemetry();
      user = await startUser(':memory:', url === undefined ? {} : { brokerUrl: url, brokerQueue });
      order = await startOrder({ userUrl: user.url, brokerUrl: user.brokerUrl, brokerQueue });
    });
    afterAll(async () => {
      await order[Symbol.asyncDispose]();
      await user[Symbol.asyncDispose]();
      if (name === 'amqp') await deleteQueue(user.brokerUrl, brokerQueue);
      await telemetry.stop();
    });

    it('is one trace over both services, and counts for its customer', async () => {
      const response = await order.post('/orders', {
        userId: 1,
        lines: [{ sku: 'filter-paper', quantity: 1 }],
        cardToken: 'tok_visa',
      });
      expect(response.status).toBe(201);
      for (const last of ['POST /orders', 'send order.created', 'process order.created'])
        await waitForSpans(telemetry, last);
      expect(telemetry).toHaveSpan('send order.created', {
        kind: 'producer',
        status: 'unset',
        parent: 'process-order',
        count: 1,
      });
      expect(telemetry).toHaveSpan('process order.created', {
        kind: 'consumer',
        status: 'unset',
        parent: 'send order.created',
        count: 1,
      });
      expect(telemetry).toHaveSpan('INSERT customer_orders', {
        kind: 'client',
        parent: 'CustomerOrdersService.note',
      });
      const traceId = response.headers.get('x-trace-id');
      for (const spanName of ['send order.created', 'process order.created', 'INSERT customer_orders']) {
        const span = telemetry.spans.find((each) => each.name === spanName);
        expect(span?.spanContext().traceId).toBe(traceId);
      }
      expect(await (await user.request('/users/1')).json()).toMatchObject({ orders: 1 });
    });
  });
}
