import { encodeTracesData, type KeyValue, type SpanData } from '@nest-telemetry/otlp';
import { randomBytes } from 'node:crypto';

/** A small trace as any program could send it, for who wants to see the page with something in it. */
export function testTrace(nowMillis: number): { readonly traceId: string; readonly bytes: Uint8Array } {
  const traceId = randomBytes(16).toString('hex');
  const [server, query] = [randomBytes(8).toString('hex'), randomBytes(8).toString('hex')];
  const start = BigInt(Math.trunc(nowMillis)) * 1_000_000n;
  const spans = [
    span(traceId, server, '', 'GET /hello', 2, start, 12_000_000n, [
      text('http.request.method', 'GET'),
      text('http.route', '/hello'),
      { key: 'http.response.status_code', value: { intValue: 200n } },
    ]),
    span(traceId, query, server, 'SELECT greetings', 3, start + 3_000_000n, 5_000_000n, [
      text('db.system.name', 'sqlite'),
      text('db.query.text', 'SELECT text FROM greetings WHERE language = ?'),
    ]),
  ];
  const bytes = encodeTracesData({
    resourceSpans: [
      {
        resource: {
          attributes: [text('service.name', 'dashboard-test')],
          droppedAttributesCount: 0,
          entityRefs: [],
        },
        scopeSpans: [
          {
            scope: {
              name: '@nest-telemetry/dashboard',
              version: '',
              attributes: [],
              droppedAttributesCount: 0,
            },
            spans,
            schemaUrl: '',
          },
        ],
        schemaUrl: '',
      },
    ],
  });
  return { traceId, bytes };
}

function text(key: string, stringValue: string): KeyValue {
  return { key, value: { stringValue } };
}

function span(
  traceId: string,
  spanId: string,
  parentSpanId: string,
  name: string,
  kind: number,
  start: bigint,
  duration: bigint,
  attributes: KeyValue[],
): SpanData {
  return {
    traceId,
    spanId,
    parentSpanId,
    name,
    kind,
    attributes,
    traceState: '',
    flags: 1,
    startTimeUnixNano: start,
    endTimeUnixNano: start + duration,
    droppedAttributesCount: 0,
    events: [],
    droppedEventsCount: 0,
    links: [],
    droppedLinksCount: 0,
  };
}
