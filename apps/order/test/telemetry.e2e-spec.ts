import 'nest-telemetry/testing/vitest';
import { recordTelemetry, type TelemetryRecorder, waitForSpans } from 'nest-telemetry/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type RunningApp, startOrder } from './running-app.js';
import { startUserService, type Transport, type UserServiceDouble } from './user-service.double.js';

const order = {
  userId: 1,
  lines: [
    { sku: 'espresso-beans', quantity: 2 },
    { sku: 'filter-paper', quantity: 1 },
  ],
  cardToken: 'tok_visa',
};

/** What a call to the user service looks like. */
const CALLS: Record<Transport, { readonly span: string; readonly failure: Record<string, unknown> }> = {
  http: { span: 'GET', failure: { 'http.response.status_code': 500 } },
  grpc: { span: 'users.v1.Users/GetUser', failure: { 'rpc.status_code': 'INTERNAL' } },
};

describe.each<Transport>(['http', 'grpc'])('telemetry of the order service over %s', (transport) => {
  const call = CALLS[transport];
  let telemetry: TelemetryRecorder;
  let users: UserServiceDouble;
  let service: RunningApp;
  beforeAll(async () => {
    telemetry = recordTelemetry();
    users = await startUserService(transport);
    service = await startOrder(users.settings);
  });
  beforeEach(() => telemetry.clear());
  afterAll(async () => {
    await service[Symbol.asyncDispose]();
    await users[Symbol.asyncDispose]();
    await telemetry.stop();
  });

  async function place(body: object): Promise<void> {
    await service.post('/orders', body, { 'x-tenant-id': 'acme' });
    await waitForSpans(telemetry, 'POST /orders');
  }

  it('shows every step of an order', async () => {
    await place(order);
    expect(telemetry).toHaveSpan('POST /orders', { kind: 'server', status: 'unset' });
    expect(telemetry).toHaveSpan('process-order', {
      parent: 'POST /orders',
      status: 'ok',
      attributes: { tenant: 'acme', environment: 'test' },
      events: ['validation-passed', 'payment-authorized', 'order-completed'],
    });
    expect(telemetry).toHaveSpan('validate-order', { parent: 'process-order' });
    expect(telemetry).toHaveSpan(call.span, { kind: 'client', parent: 'find-customer', count: 1 });
    expect(telemetry).toHaveSpan('reserve-inventory', { parent: 'process-order' });
    for (const { sku, quantity } of order.lines) {
      expect(telemetry).toHaveSpan('reserve-item', {
        parent: 'reserve-inventory',
        attributes: { 'order.line.sku': sku, 'order.line.quantity': quantity },
        count: 1,
      });
    }
    expect(telemetry).toHaveSpan('process-payment', {
      parent: 'process-order',
      attributes: { 'payment.amount_cents': 4470 },
    });
    expect(telemetry).toHaveSpan('COMMIT', { kind: 'client', parent: 'process-order' });
  });

  it('shows where an order failed and that it was rolled back', async () => {
    await place({ ...order, cardToken: 'tok_declined' });
    expect(telemetry).toHaveSpan('process-payment', { status: 'error' });
    expect(telemetry).toHaveSpan('process-order', { status: 'error' });
    expect(telemetry).toHaveSpan('ROLLBACK', { kind: 'client', parent: 'process-order' });
    expect(telemetry).toHaveSpan('POST /orders', { status: 'unset' });
  });

  it('shows a failure of the user service as an error of the client span', async () => {
    await place({ ...order, userId: 500 });
    expect(telemetry).toHaveSpan(call.span, { kind: 'client', status: 'error', attributes: call.failure });
    expect(telemetry).toHaveSpan('POST /orders', { status: 'error' });
  });

  it('shows whether products came from the cache', async () => {
    await using fresh = await startOrder(users.settings);
    for (const [hit, event] of [
      [false, 'cache-miss'],
      [true, 'cache-hit'],
    ] as const) {
      telemetry.clear();
      await fresh.request('/products');
      await waitForSpans(telemetry, 'GET /products');
      expect(telemetry).toHaveSpan('list-products', { attributes: { 'cache.hit': hit }, events: [event] });
    }
  });

  it('never shows a card token', async () => {
    await place({ ...order, cardToken: 'tok_secret' });
    expect(
      JSON.stringify(telemetry.spans.map(({ attributes, events }) => [attributes, events])),
    ).not.toContain('tok_secret');
  });

  it('counts orders by outcome', async () => {
    await place(order);
    await place({ ...order, cardToken: 'tok_declined' });
    await expect(telemetry).toHaveMetric('shop.orders', { attributes: { 'order.outcome': 'placed' } });
    await expect(telemetry).toHaveMetric('shop.orders', { attributes: { 'order.outcome': 'refused' } });
  });
});
