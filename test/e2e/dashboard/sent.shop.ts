import { attributes, nanos, sendAll, value, type Value } from './sent.values.js';

/** Telemetry of a small shop as OTLP JSON, sent as any program would. */
export const SHOP = {
  traceId: 'ab'.repeat(16),
  spanId: 'cd'.repeat(8),
  /** What its orders say, with what a terminal and a browser would act on. */
  message: `\u001B[31mpayment declined\u001B[0m <img src=x onerror="globalThis.hacked=1">\u0007`,
} as const;

const resource = { attributes: attributes({ 'service.name': 'shop' }) };

function span(name: string, kind: number, more: object): object {
  const end = Date.now();
  return {
    traceId: SHOP.traceId,
    name,
    kind,
    startTimeUnixNano: nanos(end - 40),
    endTimeUnixNano: nanos(end),
    ...more,
  };
}

/** Calls of one route, a call of a database, a request that matched nothing. */
function traces(): object {
  const spans = [
    span('POST /orders', 2, {
      spanId: SHOP.spanId,
      status: { code: 2 },
      attributes: attributes({ 'http.request.method': 'POST', 'http.route': '/orders' }),
    }),
    span('INSERT', 3, {
      spanId: 'ef'.repeat(8),
      parentSpanId: SHOP.spanId,
      attributes: attributes({ 'db.system.name': 'postgresql', 'db.namespace': 'shop' }),
    }),
    span('GET', 2, {
      traceId: 'ba'.repeat(16),
      spanId: 'dc'.repeat(8),
      attributes: attributes({ 'http.request.method': 'GET', 'http.response.status_code': 404 }),
    }),
  ];
  return { resourceSpans: [{ resource, scopeSpans: [{ spans }] }] };
}

/** The routes it tells of, one of which nobody calls, and a line about an order. */
function logs(): object {
  const route = (path: string, method: string, handler: string): Value => ({
    route: path,
    method,
    handler,
    controller: 'OrdersController',
    guards: ['JwtGuard'],
  });
  const routes = [route('/orders', 'POST', 'place'), route('/orders/:id', 'GET', 'find')];
  const logRecords = [
    { timeUnixNano: nanos(Date.now()), eventName: 'nestjs.app.routes', body: value({ routes }) },
    {
      timeUnixNano: nanos(Date.now()),
      severityNumber: 17,
      body: value(SHOP.message),
      traceId: SHOP.traceId,
      spanId: SHOP.spanId,
      attributes: attributes({ 'order.id': 7 }),
    },
  ];
  return { resourceLogs: [{ resource, scopeLogs: [{ logRecords }] }] };
}

/** Two exports of histograms: one gets an exemplar of the order's trace, and one of none; the other one no value more. */
function metrics(): object {
  const now = Date.now();
  const exemplar = { timeUnixNano: nanos(now), asDouble: 0.04 };
  const point = (ago: number, count: number, exemplars: readonly object[]): object => ({
    timeUnixNano: nanos(now - ago),
    count: String(count),
    sum: count / 25,
    explicitBounds: [0.01, 0.1],
    bucketCounts: ['0', String(count), '0'],
    exemplars,
  });
  const dataPoints = [
    point(10_000, 5, []),
    point(0, 9, [
      { ...exemplar, traceId: SHOP.traceId, spanId: SHOP.spanId },
      { ...exemplar, timeUnixNano: nanos(now - 4000) },
    ]),
  ];
  const metric = {
    name: 'http.server.request.duration',
    unit: 's',
    histogram: { aggregationTemporality: 2, dataPoints },
  };
  const histogram = { aggregationTemporality: 2, dataPoints: [point(10_000, 5, []), point(0, 5, [])] };
  const idle = { name: 'orders.wait', unit: 's', histogram };
  return { resourceMetrics: [{ resource, scopeMetrics: [{ metrics: [metric, idle] }] }] };
}

export function sendShop(otlpHttp: string): Promise<void> {
  return sendAll(otlpHttp, { traces: traces(), logs: logs(), metrics: metrics() });
}
