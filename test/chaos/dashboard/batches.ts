import { encodeTracesData, type KeyValue, type SpanData } from '@nest-telemetry/otlp';

export const SPANS_PER_BATCH = 512;
const SPANS_PER_TRACE = 8;
const TRACES = SPANS_PER_BATCH / SPANS_PER_TRACE;
/** What is in the template where each batch has something of its own; as long as what takes its place. */
const USER = 'user-0000000000';
const MARK = 0xa5;

function attributes(values: Readonly<Record<string, string>>): KeyValue[] {
  return Object.entries(values).map(([key, stringValue]) => ({ key, value: { stringValue } }));
}

function span(index: number): SpanData {
  const place = index % SPANS_PER_TRACE;
  const mark = MARK.toString(16);
  const start = 1_790_000_000_000_000_000n + BigInt(index) * 1_000_000n;
  return {
    traceId:
      mark +
      Math.floor(index / SPANS_PER_TRACE)
        .toString(16)
        .padStart(30, '0'),
    spanId: mark + index.toString(16).padStart(14, '0'),
    parentSpanId: place === 0 ? '' : mark + (index - 1).toString(16).padStart(14, '0'),
    name: place === 0 ? `GET /orders/${index % 40}/:id` : `OrdersService.step${place}`,
    kind: place === 0 ? 2 : place === 5 ? 3 : 1,
    traceState: '',
    flags: 1,
    startTimeUnixNano: start,
    endTimeUnixNano: start + BigInt(1_000_000 + index * 1000),
    attributes: attributes({
      'enduser.id': USER,
      'code.function.name': `OrdersService.step${place}`,
      'shop.region': `region-${index % 20}`,
      ...(place === 0 && { 'http.route': `/orders/${index % 40}/:id`, 'http.request.method': 'GET' }),
      ...(place === 5 && {
        'db.system.name': 'postgresql',
        'db.query.text': 'SELECT * FROM orders WHERE id = ?',
      }),
    }),
    droppedAttributesCount: 0,
    events: [],
    droppedEventsCount: 0,
    links: [],
    droppedLinksCount: 0,
  };
}

/**
 * Requests of traces that are new in each: the ids and the user of one that was encoded once are put in anew, for making
 * twenty million spans would take longer than receiving them.
 */
export class TraceBatches {
  readonly #template: Buffer;
  readonly #ids: readonly number[];
  readonly #users: readonly number[];

  constructor() {
    const resource = {
      attributes: attributes({ 'service.name': 'orders', 'service.instance.id': 'one' }),
      droppedAttributesCount: 0,
      entityRefs: [],
    };
    const scope = { name: 'long', version: '', attributes: [], droppedAttributesCount: 0 };
    const spans = Array.from({ length: SPANS_PER_BATCH }, (_, index) => span(index));
    this.#template = Buffer.from(
      encodeTracesData({
        resourceSpans: [{ resource, scopeSpans: [{ scope, spans, schemaUrl: '' }], schemaUrl: '' }],
      }),
    );
    this.#ids = positionsOf(this.#template, Buffer.from([MARK, 0]));
    this.#users = positionsOf(this.#template, Buffer.from(USER));
    // A trace id and a span id of each, and the id of the parent of all but the first of a trace.
    if (this.#ids.length !== 3 * SPANS_PER_BATCH - TRACES || this.#users.length !== SPANS_PER_BATCH)
      throw new Error('The marks are not only where they were put.');
  }

  /** @param number - from 1 on, below 2^32 */
  batch(number: number): Buffer<ArrayBuffer> {
    const bytes = Buffer.from(this.#template);
    for (const position of this.#ids) bytes.writeUInt32BE(number, position + 1);
    const user = USER.slice(0, -10) + number.toString().padStart(10, '0');
    for (const position of this.#users) bytes.write(user, position, 'latin1');
    return bytes;
  }
}

function positionsOf(bytes: Buffer, mark: Buffer): number[] {
  const positions: number[] = [];
  for (let at = bytes.indexOf(mark); at >= 0; at = bytes.indexOf(mark, at + mark.length)) positions.push(at);
  return positions;
}

/** One request of log records. */
export function logBatch(records: number): string {
  const logRecords = Array.from({ length: records }, (_, index) => ({
    timeUnixNano: '1790000000000000000',
    severityNumber: 9,
    severityText: 'INFO',
    body: { stringValue: `\u001B[32morder ${index} accepted\u001B[0m` },
  }));
  return JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] });
}

/** One request of points, at a time of its own. */
export function metricBatch(series: number, number: number): string {
  const dataPoints = Array.from({ length: series }, (_, index) => ({
    timeUnixNano: String(1_790_000_000_000_000_000n + BigInt(number) * 1_000_000_000n),
    asInt: String(number * 7),
    attributes: [{ key: 'route', value: { stringValue: `/orders/${index}` } }],
  }));
  const sum = { aggregationTemporality: 2, isMonotonic: true, dataPoints };
  return JSON.stringify({
    resourceMetrics: [{ scopeMetrics: [{ metrics: [{ name: 'shop.orders', unit: '{order}', sum }] }] }],
  });
}
