import { describe, expect, it } from 'vitest';
import {
  decodeMetrics,
  decodeTraces,
  encodeMetric,
  encodeSpan,
  type EncodableMetric,
  type EncodableSpan,
  plainAttributes,
  SpanRecorder,
  wrapSpans,
} from './index.js';

const resource = { attributes: {} };
const scope = { name: 'one' };

function spanOf(name: string, changes: Partial<EncodableSpan> = {}): EncodableSpan {
  return {
    name,
    kind: 1,
    spanContext: () => ({
      traceId: '0af7651916cd43dd8448eb211c80319c',
      spanId: 'b7ad6b7169203331',
      traceFlags: 1,
    }),
    startTime: [1_790_000_000, 5],
    endTime: [1_790_000_001, 7],
    status: { code: 0 },
    attributes: { 'order.id': 7 },
    events: [],
    links: [],
    resource,
    instrumentationScope: scope,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
    ...changes,
  };
}

function read(bytes: Uint8Array | undefined): unknown[] {
  return decodeTraces(wrapSpans(resource, scope, bytes === undefined ? [] : [bytes])).resourceSpans.flatMap(
    ({ scopeSpans }) =>
      scopeSpans.flatMap(({ spans }) =>
        spans.map(({ name, attributes }) => [name, plainAttributes(attributes)]),
      ),
  );
}

describe('A recorder of spans', () => {
  it('writes what encodeSpan does, one span after the other into the same memory', () => {
    const recorder = new SpanRecorder();
    const first = recorder.encode(spanOf('first'));
    expect(Buffer.from(first ?? [])).toEqual(Buffer.from(encodeSpan(spanOf('first')) ?? []));
    const second = recorder.encode(spanOf('second'));
    expect(second?.buffer).toBe(first?.buffer);
    expect(read(second)).toEqual([['second', { 'order.id': 7 }]]);
  });

  it('writes a name the same the first time, the second and whenever it comes again among others', () => {
    const recorder = new SpanRecorder();
    const names = ['order', 'load:1', 'load:2', 'ordre', 'größe:1', '', 'a'.repeat(100), 'a'.repeat(101)];
    for (const round of [1, 2, 3, 4]) {
      for (const name of names)
        expect(read(recorder.encode(spanOf(name)))).toEqual([[name, { 'order.id': 7 }]]);
      // Many others, so that names share places.
      for (let other = 0; other < 2000; other += 1) {
        const name = `${round}:${other}`;
        expect(read(recorder.encode(spanOf(name)))).toEqual([[name, { 'order.id': 7 }]]);
      }
    }
  });

  it('takes attributes in parts', () => {
    const parts = { own: { a: 1 }, shared: [Object.freeze({ b: 2 })] };
    expect(read(new SpanRecorder().encode(spanOf('parts'), parts))).toEqual([['parts', { a: 1, b: 2 }]]);
  });

  it('says what it could not write, and goes on', () => {
    const reasons: unknown[] = [];
    const recorder = new SpanRecorder({ onDropped: (reason) => reasons.push(reason) });
    const broken = spanOf('broken', {
      spanContext: () => {
        throw new RangeError('no context');
      },
    });
    expect(recorder.encode(null as unknown as EncodableSpan)).toBeUndefined();
    expect(reasons).toHaveLength(1);
    expect(() => recorder.encode(broken)).not.toThrow();
    expect(read(recorder.encode(spanOf('after')))).toEqual([['after', { 'order.id': 7 }]]);
  });

  it('is not confused by a span that has another one recorded while it is', () => {
    const recorder = new SpanRecorder();
    let inner: Uint8Array | undefined;
    const outer = spanOf('outer', {
      spanContext: () => {
        inner ??= recorder.encode(spanOf('inner'));
        return { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 };
      },
    });
    const bytes = recorder.encode(outer);
    expect([read(inner), read(bytes)]).toEqual([
      [['inner', { 'order.id': 7 }]],
      [['outer', { 'order.id': 7 }]],
    ]);
  });
});

describe('A metric by itself', () => {
  const point = { attributes: { a: 1 }, startTime: [1, 0], endTime: [2, 0], value: 3 };
  const metric = {
    descriptor: { name: 'orders', description: 'Orders.', unit: '{order}', valueType: 0 },
    dataPointType: 3,
    aggregationTemporality: 1,
    isMonotonic: true,
    dataPoints: [point],
  } as unknown as EncodableMetric;

  it('takes the place in a request that a span has in one of traces', () => {
    const bytes = encodeMetric(metric);
    const request = wrapSpans(resource, scope, bytes === undefined ? [] : [bytes]);
    const [found] = decodeMetrics(request).resourceMetrics[0]?.scopeMetrics[0]?.metrics ?? [];
    expect(found).toMatchObject({ name: 'orders', description: 'Orders.', unit: '{order}' });
    expect(found?.sum).toMatchObject({ aggregationTemporality: 2, isMonotonic: true });
    expect(found?.sum?.dataPoints).toHaveLength(1);
  });

  it('is left out and reported when nothing of it can be read', () => {
    const reasons: unknown[] = [];
    const broken = { ...metric, dataPoints: undefined } as unknown as EncodableMetric;
    expect(encodeMetric(broken, { onDropped: (reason) => reasons.push(reason) })).toBeUndefined();
    expect(reasons).toHaveLength(1);
  });
});
