import 'nest-telemetry/testing/vitest';
import { recordTelemetry, type TelemetryRecorder, waitForSpans } from 'nest-telemetry/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startOrder } from './running-app.js';
import { startUserService, type UserServiceDouble } from './user-service.double.js';
import { unusedPort } from '../../../tools/start/ports.js';

const PRODUCER = 'send order.created';

const order = {
  userId: 1,
  lines: [{ sku: 'filter-paper', quantity: 1 }],
  cardToken: 'tok_visa',
};

describe('events of orders', () => {
  let telemetry: TelemetryRecorder;
  let users: UserServiceDouble;
  beforeAll(async () => {
    telemetry = recordTelemetry();
    users = await startUserService('http');
  });
  beforeEach(() => telemetry.clear());
  afterAll(async () => {
    await users[Symbol.asyncDispose]();
    await telemetry.stop();
  });

  it.each(['tcp', 'amqp', 'nats', 'mqtt', 'redis'])(
    'cost no order when nothing answers over %s',
    async (protocol) => {
      const brokerUrl = `${protocol}://127.0.0.1:${await unusedPort()}`;
      await using service = await startOrder({ ...users.settings, brokerUrl }, { logger: ['error'] });
      // One that finds nobody and one that follows it: the failure of the first must not stay.
      for (const sent of [1, 2]) {
        const response = await service.post('/orders', order);
        expect(response.status).toBe(201);
        await waitForSpans(telemetry, { name: PRODUCER, count: sent });
      }
      expect(telemetry).toHaveSpan(PRODUCER, {
        kind: 'producer',
        status: 'error',
        parent: 'process-order',
        count: 2,
      });
      expect(telemetry).toHaveSpan('POST /orders', { status: 'unset', count: 2 });
      expect(telemetry).toHaveLogged(/^That order 1 was created could not be told: /, {
        level: 'error',
        context: 'OrderEvents',
      });
    },
  );

  it('are told of orders that were kept only', async () => {
    await using service = await startOrder(users.settings);
    expect((await service.post('/orders', { ...order, cardToken: 'tok_declined' })).status).toBe(402);
    await waitForSpans(telemetry, 'POST /orders');
    expect(telemetry).not.toHaveSpan(PRODUCER);
  });

  it('are told once for an order that is asked for again', async () => {
    await using service = await startOrder(users.settings);
    for (const _time of ['first', 'again']) await service.post('/orders', order, { 'idempotency-key': 'k' });
    await waitForSpans(telemetry, { name: 'POST /orders', count: 2 });
    await waitForSpans(telemetry, PRODUCER);
    expect(telemetry).toHaveSpan(PRODUCER, { count: 1 });
  });

  it('need a broker that is known', async () => {
    await expect(startOrder({ brokerUrl: 'kafka://127.0.0.1:9092' })).rejects.toThrow(/kafka:.*tcp:/);
  });
});
