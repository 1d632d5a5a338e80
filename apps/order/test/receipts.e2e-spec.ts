import 'nest-telemetry/testing/vitest';
import { recordTelemetry, type TelemetryRecorder, waitForSpan, waitForSpans } from 'nest-telemetry/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startOrder } from './running-app.js';
import { startUserService, type UserServiceDouble } from './user-service.double.js';

const order = { userId: 1, lines: [{ sku: 'filter-paper', quantity: 1 }], cardToken: 'tok_visa' };

describe('receipts', () => {
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

  it('are issued in the trace of their order, through a queue that no library knows', async () => {
    await using service = await startOrder(users.settings, { logger: ['log'] });
    expect((await service.post('/orders', order)).status).toBe(201);
    const issued = await waitForSpan(telemetry, 'issue-receipt');
    expect(issued.attributes['order.id']).toBe(1);
    expect(telemetry).toHaveSpan('send receipts', { kind: 'producer', parent: 'process-order' });
    expect(telemetry).toHaveSpan('process receipts', { kind: 'consumer', parent: 'send receipts' });
    expect(telemetry).toHaveSpan('issue-receipt', { parent: 'process receipts' });
    expect(issued.spanContext().traceId).toBe(telemetry.span('POST /orders').spanContext().traceId);
    expect(telemetry).toHaveLogged(/^The receipt of order 1 over \d+ cents was issued$/, {
      context: 'ReceiptsService',
    });
  });

  it('stay with their own orders when many are placed at once', async () => {
    await using service = await startOrder(users.settings);
    await Promise.all(Array.from({ length: 10 }, () => service.post('/orders', order)));
    await waitForSpans(telemetry, { name: 'issue-receipt', count: 10 });
    const issued = telemetry.findSpans('issue-receipt');
    expect(new Set(issued.map(({ attributes }) => attributes['order.id'])).size).toBe(10);
    const traces = telemetry.findSpans('POST /orders').map((span) => span.spanContext().traceId);
    expect(new Set(issued.map((span) => span.spanContext().traceId))).toEqual(new Set(traces));
  });
});
