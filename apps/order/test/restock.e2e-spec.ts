import 'nest-telemetry/testing/vitest';
import { recordTelemetry, type TelemetryRecorder, waitForSpans } from 'nest-telemetry/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type RunningApp, startOrder } from './running-app.js';
import { startUserService, type UserServiceDouble } from './user-service.double.js';

const RUN = 'cron RestockService.restock';

describe('restocking', () => {
  let telemetry: TelemetryRecorder;
  let users: UserServiceDouble;
  let order: RunningApp;
  beforeAll(async () => {
    telemetry = recordTelemetry();
    users = await startUserService('http');
    order = await startOrder({ ...users.settings, restocks: true });
  });
  beforeEach(() => telemetry.clear());
  afterAll(async () => {
    await order[Symbol.asyncDispose]();
    await users[Symbol.asyncDispose]();
    await telemetry.stop();
  });

  async function stockOf(wanted: string): Promise<number | undefined> {
    const stock = (await (await order.request('/inventory')).json()) as { sku: string; available: number }[];
    return stock.find(({ sku }) => sku === wanted)?.available;
  }

  async function restock(): Promise<void> {
    await order.runJob('restock');
    await waitForSpans(telemetry, RUN);
  }

  const take = (quantity: number) =>
    order.post('/orders', { userId: 1, lines: [{ sku: 'hand-grinder', quantity }], cardToken: 'tok_visa' });

  it('fills up what is less than half there, and nothing else', async () => {
    await take(500);
    await restock();
    expect(await stockOf('hand-grinder')).toBe(500);
    await take(1);
    await restock();
    expect(await stockOf('hand-grinder')).toBe(1000);
    expect(await stockOf('gold-kettle')).toBe(0);
  });

  it('is a trace of its own', async () => {
    await restock();
    expect(telemetry).toHaveSpan(RUN, { kind: 'internal', status: 'unset', parent: null, count: 1 });
    expect(telemetry).toHaveSpan('restock-inventory', { parent: RUN });
    expect(telemetry).toHaveSpan('UPDATE stock', { kind: 'client', parent: 'restock-inventory' });
  });

  it('does not happen when it is switched off', async () => {
    await using still = await startOrder({ ...users.settings, restocks: false });
    await expect(still.runJob('restock')).rejects.toThrow('restock');
  });
});
