import type { JaegerSpan } from '../../test/interop/jaeger.api.ts';
import { type Attempt, HANGS_AFTER_MILLIS } from './load.ts';

/** What must be in the trace of an order that was acknowledged, beside a parent for every span. */
const SPANS_OF_AN_ORDER = [
  'POST /orders',
  'process-order',
  'validate-order',
  'GET /users/:id',
  'INSERT orders',
  'reserve-inventory',
  'reserve-item',
  'process-payment',
  'COMMIT',
  'send order.created',
];
/** And when the user service noted the order. */
const SPANS_OF_A_NOTE = ['process order.created', 'INSERT customer_orders'];

/** A promise, and what was seen. */
export interface Finding {
  readonly promise: string;
  readonly kept: boolean;
  readonly seen: string;
}

/** What is not there of a trace. */
export function missingFrom(spans: readonly JaegerSpan[], wasNoted: boolean): string[] {
  const ids = new Set(spans.map(({ spanId }) => spanId));
  const names = new Set(spans.map(({ name }) => name));
  return [
    ...[...SPANS_OF_AN_ORDER, ...(wasNoted ? SPANS_OF_A_NOTE : [])].filter((name) => !names.has(name)),
    ...spans
      .filter(({ parentSpanId }) => parentSpanId !== undefined && !ids.has(parentSpanId))
      .map(({ name }) => `the parent of ${name}`),
  ];
}

/** Whether every acknowledged order exists, and no key twice. */
export function judgeOrders(attempts: readonly Attempt[], ordersByKey: ReadonlyMap<string, number>): Finding {
  const acknowledged = attempts.filter(({ status }) => status === 201);
  const lost = acknowledged.filter(({ key }) => !ordersByKey.has(key)).length;
  const twice = [...ordersByKey.values()].filter((count) => count > 1).length;
  const known = new Set(attempts.map(({ key }) => key));
  const strange = [...ordersByKey.keys()].filter((key) => !known.has(key)).length;
  return {
    promise: 'Every order that was acknowledged exists once',
    kept: acknowledged.length > 0 && lost + twice + strange === 0,
    seen: `${acknowledged.length} acknowledged, ${ordersByKey.size} in the database; ${lost} lost, ${twice} twice`,
  };
}

/** Whether the service answered, and with what it promises when it cannot do what it is asked for. */
export function judgeAnswers(attempts: readonly Attempt[]): Finding {
  const refused = attempts.filter(({ status }) => status !== 201);
  const improper = refused.filter(
    ({ status, contentType }) => status < 500 || !contentType.startsWith('application/problem+json'),
  );
  const counts = new Map<number, number>();
  for (const { status } of attempts) counts.set(status, (counts.get(status) ?? 0) + 1);
  const slowest = Math.max(...attempts.map(({ millis }) => millis));
  const statuses = [...counts]
    .toSorted(([a], [b]) => a - b)
    .map(([status, count]) => `${count} × ${status === 0 ? 'no answer' : status}`)
    .join(', ');
  return {
    promise: `What cannot be done is answered with 5xx and application/problem+json, within ${HANGS_AFTER_MILLIS / 1000} s`,
    kept: improper.length === 0,
    seen: `${statuses}; the slowest answer took ${(slowest / 1000).toFixed(1)} s`,
  };
}
