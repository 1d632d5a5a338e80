import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningApp, startOrder } from './running-app.js';
import { startUserService, type Transport, type UserServiceDouble } from './user-service.double.js';

const valid = {
  userId: 1,
  lines: [
    { sku: 'espresso-beans', quantity: 2 },
    { sku: 'filter-paper', quantity: 1 },
  ],
  cardToken: 'tok_visa',
};

describe.each<Transport>(['http', 'grpc'])('order service that asks for users over %s', (transport) => {
  let users: UserServiceDouble;
  let order: RunningApp;
  beforeAll(async () => {
    users = await startUserService(transport);
    order = await startOrder(users.settings);
  });
  afterAll(async () => {
    await order[Symbol.asyncDispose]();
    await users[Symbol.asyncDispose]();
  });

  async function stock(): Promise<Record<string, number>> {
    const rows = (await (await order.request('/inventory')).json()) as { sku: string; available: number }[];
    return Object.fromEntries(rows.map(({ sku, available }) => [sku, available]));
  }

  it('is healthy', async () => {
    expect((await order.request('/health')).status).toBe(200);
  });

  it('lists products with their prices', async () => {
    for (const _time of ['first', 'from the cache']) {
      const response = await order.request('/products');
      expect(response.status).toBe(200);
      expect(await response.json()).toContainEqual({
        sku: 'hand-grinder',
        name: 'Hand grinder',
        priceCents: 8900,
      });
    }
  });

  it('places an order, takes its stock and answers with it afterwards', async () => {
    const before = await stock();
    const response = await order.post('/orders', valid);
    expect(response.status).toBe(201);
    const placed = (await response.json()) as { id: number };
    expect(placed).toMatchObject({
      userId: 1,
      totalCents: 4470,
      lines: [
        { sku: 'espresso-beans', quantity: 2, priceCents: 1990 },
        { sku: 'filter-paper', quantity: 1, priceCents: 490 },
      ],
    });
    expect(await (await order.request(`/orders/${placed.id}`)).json()).toEqual(placed);
    const after = await stock();
    expect(after['espresso-beans']).toBe((before['espresso-beans'] ?? 0) - 2);
    expect(after['filter-paper']).toBe((before['filter-paper'] ?? 0) - 1);
  });

  it('tells the user service the tenant and the environment as baggage, within the same trace', async () => {
    await order.post('/orders', valid, {
      'x-tenant-id': 'acme',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    });
    const headers = users.requests.at(-1);
    expect(headers?.traceparent).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-/);
    expect(String(headers?.baggage).split(',').toSorted()).toEqual(['environment=test', 'tenant=acme']);
  });

  it('answers 404 for an order that does not exist', async () => {
    const response = await order.request('/orders/999');
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(await response.json()).toMatchObject({ status: 404, errors: [{ field: 'id' }] });
  });

  it('keeps the orders of a tenant from other tenants', async () => {
    const response = await order.post('/orders', valid, { 'x-tenant-id': 'acme' });
    const { id } = (await response.json()) as { id: number };
    expect((await order.request(`/orders/${id}`, { headers: { 'x-tenant-id': 'acme' } })).status).toBe(200);
    expect((await order.request(`/orders/${id}`)).status).toBe(404);
  });

  it.each([
    ['a line without quantity', { ...valid, lines: [{ sku: 'filter-paper' }] }, 'lines.0.quantity'],
    ['no lines', { ...valid, lines: [] }, 'lines'],
    ['an article twice', { ...valid, lines: [valid.lines[0], valid.lines[0]] }, 'lines'],
    ['a line that is null', { ...valid, lines: [null] }, 'lines.0'],
    ['no card', { ...valid, cardToken: undefined }, 'cardToken'],
  ])('names the field of %s', async (_case, body, field) => {
    const response = await order.post('/orders', body);
    expect(response.status).toBe(400);
    const { errors } = (await response.json()) as { errors: { field: string }[] };
    expect(errors.map((error) => error.field)).toContain(field);
  });

  it('answers thousands of wrong lines with one error', async () => {
    const response = await order.post('/orders', {
      ...valid,
      lines: Array.from({ length: 5000 }, () => null),
    });
    expect(response.status).toBe(400);
    expect(((await response.json()) as { errors: unknown[] }).errors).toHaveLength(1);
  });

  it('names a tenant that is not valid', async () => {
    const response = await order.post('/orders', valid, { 'x-tenant-id': 'No Tenant' });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ errors: [{ field: 'x-tenant-id' }] });
  });

  describe('takes nothing', () => {
    it.each([
      ['the card is declined', { ...valid, cardToken: 'tok_declined' }, 402, 'cardToken'],
      [
        'a later line is sold out',
        { ...valid, lines: [...valid.lines, { sku: 'gold-kettle', quantity: 1 }] },
        409,
        'lines.2.quantity',
      ],
      [
        'an article does not exist',
        { ...valid, lines: [...valid.lines, { sku: 'nothing', quantity: 1 }] },
        422,
        'lines.2.sku',
      ],
      ['the user does not exist', { ...valid, userId: 404 }, 422, 'userId'],
    ])('when %s', async (_case, body, status, field) => {
      const before = await stock();
      const response = await order.post('/orders', body, { 'idempotency-key': 'refused' });
      expect(response.status).toBe(status);
      expect(await response.json()).toMatchObject({ status, errors: [{ field }] });
      expect(await stock()).toEqual(before);
      // The key is free again: nothing of the refused order was kept.
      expect((await order.post('/orders', body, { 'idempotency-key': 'refused' })).status).toBe(status);
    });

    it('of an order that fails beside others that succeed', async () => {
      const before = await stock();
      const bodies = Array.from({ length: 20 }, (_, index) =>
        index % 2 === 0 ? valid : { ...valid, cardToken: 'tok_declined' },
      );
      const responses = await Promise.all(bodies.map((body) => order.post('/orders', body)));
      expect(responses.filter(({ status }) => status === 201)).toHaveLength(10);
      expect(responses.filter(({ status }) => status === 402)).toHaveLength(10);
      expect((await stock())['espresso-beans']).toBe((before['espresso-beans'] ?? 0) - 20);
    });
  });

  describe('with an idempotency key', () => {
    it('makes one order however often and at once it is sent', async () => {
      const before = await stock();
      const responses = await Promise.all(
        Array.from({ length: 6 }, () => order.post('/orders', valid, { 'idempotency-key': 'again' })),
      );
      const ids = await Promise.all(
        responses.map(async (response) => ((await response.json()) as { id: number }).id),
      );
      expect(responses.map(({ status }) => status)).toEqual(responses.map(() => 201));
      expect(new Set(ids).size).toBe(1);
      expect((await stock())['filter-paper']).toBe((before['filter-paper'] ?? 0) - 1);
    });

    it('refuses the key for another order', async () => {
      await order.post('/orders', valid, { 'idempotency-key': 'mine' });
      const response = await order.post('/orders', { ...valid, userId: 2 }, { 'idempotency-key': 'mine' });
      expect(response.status).toBe(422);
      expect(await response.json()).toMatchObject({ errors: [{ field: 'idempotency-key' }] });
    });
  });

  describe('tells the caller what is wrong with the user service', () => {
    it('when it fails', async () => {
      const response = await order.post('/orders', { ...valid, userId: 500 });
      expect(response.status).toBe(502);
      expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
      expect(await response.json()).toMatchObject({
        detail:
          transport === 'http' ? 'The user service answered 500.' : 'The user service answered INTERNAL.',
      });
    });

    it('when it does not answer in time', async () => {
      await using impatient = await startOrder({ ...users.settings, userTimeoutMillis: 100 });
      const response = await impatient.post('/orders', { ...valid, userId: 504 });
      expect(response.status).toBe(504);
      expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    });

    it('when it cannot be reached', async () => {
      await using alone = await startOrder({ userTransport: transport });
      const response = await alone.post('/orders', valid);
      expect(response.status).toBe(502);
      expect(await response.json()).toMatchObject({ detail: 'The user service could not be reached.' });
    });
  });
});
