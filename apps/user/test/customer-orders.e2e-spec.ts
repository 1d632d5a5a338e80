import 'nest-telemetry/testing/vitest';
import { type ClientProxy, ClientProxyFactory, Transport } from '@nestjs/microservices';
import { recordTelemetry, type TelemetryRecorder, waitForSpans } from 'nest-telemetry/testing';
import { lastValueFrom } from 'rxjs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type RunningApp, startUser } from './running-app.js';

const CONSUMER = 'process order.created';

describe('orders of customers', () => {
  let telemetry: TelemetryRecorder;
  let user: RunningApp;
  let sender: ClientProxy;
  beforeAll(async () => {
    telemetry = recordTelemetry();
    user = await startUser();
    const { hostname: host, port } = new URL(user.brokerUrl);
    sender = ClientProxyFactory.create({ transport: Transport.TCP, options: { host, port: Number(port) } });
  });
  beforeEach(() => telemetry.clear());
  afterAll(async () => {
    sender.close();
    await user[Symbol.asyncDispose]();
    await telemetry.stop();
  });

  async function tell(...events: object[]): Promise<void> {
    for (const event of events)
      await lastValueFrom(sender.emit('order.created', event), { defaultValue: null });
    await waitForSpans(telemetry, { name: CONSUMER, count: events.length });
  }

  async function ordersOf(id: number): Promise<unknown> {
    return ((await (await user.request(`/users/${id}`)).json()) as { orders: unknown }).orders;
  }

  it('are counted for the user they are of', async () => {
    await tell({ orderId: 1, userId: 2 }, { orderId: 2, userId: 2 }, { orderId: 3, userId: 3 });
    expect([await ordersOf(1), await ordersOf(2), await ordersOf(3)]).toEqual([0, 2, 1]);
  });

  it('are counted once, however often they are told of', async () => {
    await tell({ orderId: 10, userId: 1 }, { orderId: 10, userId: 1 });
    expect(await ordersOf(1)).toBe(1);
    expect(telemetry).toHaveSpan(CONSUMER, { status: 'unset', count: 2 });
  });

  it('show the statement below the event', async () => {
    await tell({ orderId: 20, userId: 1 });
    expect(telemetry).toHaveSpan(CONSUMER, { kind: 'consumer', status: 'unset', count: 1 });
    expect(telemetry).toHaveSpan('CustomerOrdersService.note', {
      parent: 'CustomerOrdersController.orderCreated',
    });
    expect(telemetry).toHaveSpan('INSERT customer_orders', {
      kind: 'client',
      parent: 'CustomerOrdersService.note',
    });
  });

  it.each([
    ['without an order', { userId: 1 }],
    ['with an id that is a text', { orderId: '7 OR 1=1', userId: 1 }],
    ['of a user that does not exist', { orderId: 30, userId: 404 }],
  ])('%s are an error, and are not counted', async (_case, event) => {
    const before = await ordersOf(1);
    await tell(event);
    expect(telemetry).toHaveSpan(CONSUMER, { status: 'error', events: ['exception'] });
    expect(await ordersOf(1)).toBe(before);
  });
});
