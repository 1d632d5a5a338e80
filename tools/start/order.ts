import type { UserTransport } from './arguments.ts';
import { StartError } from './start.error.ts';
import type { Expectation } from './trace.ts';

export const ORDER = {
  userId: 1,
  lines: [
    { sku: 'espresso-beans', quantity: 2 },
    { sku: 'filter-paper', quantity: 1 },
  ],
  cardToken: 'tok_visa',
};

/** What the trace of {@link ORDER} shows. */
export function orderTrace(userTransport: UserTransport): Expectation {
  // Over gRPC the client span has the name of the server span.
  const lookUp = userTransport === 'http' ? { 'GET /users/:id': 1 } : { 'users.v1.Users/GetUser': 2 };
  return {
    services: ['order', 'user'],
    spans: {
      'POST /orders': 1,
      'process-order': 1,
      'validate-order': 1,
      ...lookUp,
      'reserve-inventory': 1,
      'reserve-item': ORDER.lines.length,
      'process-payment': 1,
      'send order.created': 1,
      'process order.created': 1,
      'INSERT customer_orders': 1,
    },
  };
}

const ANSWERED_WITHIN_MILLIS = 15_000;

/** Places one order as any caller would; returns the id of its trace. */
export async function placeOrder(orderUrl: string, signal: AbortSignal): Promise<string> {
  const response = await fetch(`${orderUrl}/orders`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-tenant-id': 'demo' },
    body: JSON.stringify(ORDER),
    signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWERED_WITHIN_MILLIS)]),
  });
  const answer = await response.text();
  if (response.status !== 201) {
    throw new StartError(`The order was answered with ${response.status} instead of 201: ${answer}`);
  }
  const traceId = response.headers.get('x-trace-id');
  if (traceId === null)
    throw new StartError('The answer to the order carries no x-trace-id: it was not traced.');
  return traceId;
}
