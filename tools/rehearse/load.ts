import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { ORDER } from '../start/order.ts';

/** How one request to place an order went. */
export interface Attempt {
  /** Its idempotency key. */
  readonly key: string;
  readonly atMillis: number;
  readonly millis: number;
  /** 0 when there was no answer. */
  readonly status: number;
  readonly contentType: string;
  readonly traceId: string | undefined;
}

/** Longer than any answer may take: the order service waits 5 s for the user service. */
export const HANGS_AFTER_MILLIS = 15_000;

/** Places orders at a steady rate, whatever becomes of the ones before, until the signal aborts; then waits for all answers. */
export async function placeOrders(
  orderUrl: string,
  perSecond: number,
  signal: AbortSignal,
): Promise<Attempt[]> {
  const attempts: Promise<Attempt>[] = [];
  const began = performance.now();
  while (!signal.aborted) {
    attempts.push(placeOrder(orderUrl));
    const next = began + (attempts.length * 1000) / perSecond;
    await delay(Math.max(0, next - performance.now()), undefined, { signal }).catch(() => undefined);
  }
  return await Promise.all(attempts);
}

async function placeOrder(orderUrl: string): Promise<Attempt> {
  const key = randomUUID();
  const atMillis = Date.now();
  const began = performance.now();
  const answered = (status: number, contentType = '', traceId?: string): Attempt => ({
    key,
    atMillis,
    millis: performance.now() - began,
    status,
    contentType,
    traceId,
  });
  try {
    const response = await fetch(`${orderUrl}/orders`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': key, 'x-tenant-id': 'rehearsal' },
      body: JSON.stringify(ORDER),
      signal: AbortSignal.timeout(HANGS_AFTER_MILLIS),
    });
    await response.arrayBuffer();
    const { headers, status } = response;
    return answered(status, headers.get('content-type') ?? '', headers.get('x-trace-id') ?? undefined);
  } catch {
    return answered(0);
  }
}
