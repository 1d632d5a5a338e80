import { describe, expect, it } from 'vitest';
import { decodeTraces, encodeTraces, type EncodableSpan, plainAttributes, SpanBatch } from './index.js';

const resource = { attributes: { 'service.name': 'orders' } };
const scopes = [{ name: 'one' }, { name: 'two' }] as const;

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
    instrumentationScope: scopes[0],
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
    ...changes,
  };
}

/** Scope and attributes of every span of a request. */
function spansIn(request: Uint8Array): unknown[] {
  return decodeTraces(request).resourceSpans.flatMap(({ scopeSpans }) =>
    scopeSpans.flatMap(({ scope, spans }) =>
      spans.map(({ name, attributes }) => [scope?.name, name, plainAttributes(attributes)]),
    ),
  );
}

describe('a batch of spans', () => {
  it('is the same request as that of all its spans at once, whatever order their scopes come in', () => {
    const spans = ['a', 'b', 'c', 'd'].map((name, index) =>
      spanOf(name, { instrumentationScope: scopes[index % 2] ?? scopes[0] }),
    );
    const batch = new SpanBatch();
    for (const span of spans) batch.add(span);
    expect(batch.size).toBe(4);
    expect(Buffer.from(batch.take())).toEqual(Buffer.from(encodeTraces(spans)));
  });

  it('is empty when it was taken, and takes new spans without changing what was handed out', () => {
    const batch = new SpanBatch();
    batch.add(spanOf('first'));
    const first = batch.take();
    expect([batch.size, batch.take().length]).toEqual([0, 0]);
    batch.add(spanOf('second'));
    expect(spansIn(first)).toEqual([['one', 'first', { 'order.id': 7 }]]);
    expect(spansIn(batch.take())).toEqual([['one', 'second', { 'order.id': 7 }]]);
  });

  it('takes attributes in parts, and the shared ones every time they come', () => {
    const shared = [Object.freeze({ 'url.scheme': 'http' }), Object.freeze({ 'http.route': '/orders/:id' })];
    const batch = new SpanBatch();
    for (const id of [1, 2]) batch.add(spanOf(`order ${id}`), { own: { 'order.id': id }, shared });
    expect(spansIn(batch.take())).toEqual(
      [1, 2].map((id) => [
        'one',
        `order ${id}`,
        { 'url.scheme': 'http', 'http.route': '/orders/:id', 'order.id': id },
      ]),
    );
  });

  it('cuts texts of shared attributes to the limit of each batch', () => {
    const shared = [Object.freeze({ t: 'abcdef' })];
    const textOf = (maxTextLength: number): unknown => {
      const batch = new SpanBatch({ maxTextLength });
      batch.add(spanOf('a'), { own: {}, shared });
      return spansIn(batch.take());
    };
    expect([3, 5, 3].map(textOf)).toEqual(['abc', 'abcde', 'abc'].map((t) => [['one', 'a', { t }]]));
  });

  it('leaves out and reports a span of which nothing can be read, and keeps its neighbours', () => {
    const dropped: unknown[] = [];
    const batch = new SpanBatch({ onDropped: (reason) => dropped.push(reason) });
    batch.add(spanOf('before'));
    batch.add(undefined as never);
    batch.add(spanOf('after'));
    expect(dropped).toHaveLength(1);
    expect(batch.size).toBe(2);
    expect(spansIn(batch.take()).map((span) => (span as string[])[1])).toEqual(['before', 'after']);
  });

  it('takes a span that ends while another one is written', () => {
    const batch = new SpanBatch();
    const attributes = {
      get nested() {
        batch.add(spanOf('inner'));
        return 1;
      },
    };
    batch.add(spanOf('outer', { attributes }));
    expect(spansIn(batch.take()).map((span) => (span as string[])[1])).toEqual(['outer', 'inner']);
  });
});
