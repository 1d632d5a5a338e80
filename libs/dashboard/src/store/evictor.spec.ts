import { describe, expect, it } from 'vitest';
import { readTrace } from '../query/trace.detail.js';
import { listTraces } from '../query/trace.list.js';
import { FilledStore, type GivenSpan, spanId, traceId } from '../telemetry.spec-helper.js';

const LIMIT = 1_500_000;
const FAT = { text: 'x'.repeat(1000) };

function fill(store: FilledStore, traces: number, from = 1): FilledStore {
  for (let trace = from; trace < from + traces; trace += 20) {
    store.spans(
      ...Array.from({ length: 60 }, (_, index): GivenSpan => {
        const own = trace + Math.floor(index / 3);
        const link = {
          traceId: traceId(own + 1),
          spanId: spanId(1),
          traceState: '',
          flags: 0,
          attributes: [],
          droppedAttributesCount: 0,
        };
        return {
          trace: own,
          id: (index % 3) + 1,
          name: `name ${own}`,
          attributes: FAT,
          more: { links: [link] },
        };
      }),
    );
    store.logs(
      ...Array.from({ length: 20 }, (_, index) => ({ trace: trace + index, body: 'y'.repeat(200) })),
    );
  }
  return store;
}

/** Rows that belong to something that is not there. */
const STRAYS = {
  spans: 'SELECT count(*) FROM span WHERE tid NOT IN (SELECT tid FROM trace UNION SELECT tid FROM doomed)',
  bodies: 'SELECT count(*) FROM body WHERE id NOT IN (SELECT id FROM span)',
  spansWithoutBody: 'SELECT count(*) FROM span WHERE id NOT IN (SELECT id FROM body)',
  links: 'SELECT count(*) FROM link WHERE from_span NOT IN (SELECT id FROM span)',
  services: 'SELECT count(*) FROM trace_service WHERE tid NOT IN (SELECT tid FROM trace)',
  series: 'SELECT count(*) FROM series WHERE id NOT IN (SELECT series FROM point)',
  metrics: 'SELECT count(*) FROM metric WHERE id NOT IN (SELECT metric FROM series)',
};

function strays(store: FilledStore): string[] {
  return Object.entries(STRAYS).flatMap(([what, sql]) => (store.number(sql) === 0 ? [] : [what]));
}

describe('Making room', { timeout: 30_000 }, () => {
  it('takes out whole traces, the oldest first, in slices, until the limit is kept', () => {
    const store = fill(new FilledStore({ maxBytes: LIMIT }), 1200);
    expect(store.totals.bytes).toBeGreaterThan(2 * LIMIT);
    let slices = 0;
    for (; store.evict(); slices += 1) {
      expect(strays(store)).toEqual([]);
      for (const { traceId: id, spans } of listTraces(store, { limit: 500 }).traces.slice(-3))
        expect(readTrace(store, id)?.trace.spans).toHaveLength(spans);
    }
    expect(slices).toBeGreaterThan(2);
    expect(store.totals.bytes).toBeLessThanOrEqual(LIMIT);
    const { traces, spans, logs, evictedSpans } = store.totals;
    expect([traces, spans, logs]).toEqual([
      store.number('SELECT count(*) FROM trace'),
      store.number('SELECT count(*) FROM span'),
      store.number('SELECT count(*) FROM log'),
    ]);
    expect(evictedSpans).toBe(3600 - spans);
    expect(listTraces(store, { limit: 1 }).traces[0]?.traceId).toBe(traceId(1200));
    expect(readTrace(store, traceId(1))).toBeUndefined();
    expect(logs).toBeGreaterThan(0);
  });

  it('takes a trace that is longer than a slice away at once, and its spans bit by bit', () => {
    const store = new FilledStore({ maxBytes: LIMIT });
    for (let batch = 0; batch < 30; batch += 1)
      store.spans(
        ...Array.from({ length: 100 }, (_, index) => ({ id: batch * 100 + index + 1, attributes: FAT })),
      );
    store.evict();
    expect(readTrace(store, traceId(1))).toBeUndefined();
    expect(store.totals.traces).toBe(0);
    while (store.evict());
    expect(store.totals.spans).toBe(0);
    expect(store.number('SELECT count(*) FROM doomed')).toBe(0);
    expect(strays(store)).toEqual([]);
  });

  it('begins a trace anew when more of it comes after it was taken out', () => {
    const store = fill(new FilledStore({ maxBytes: LIMIT }), 1200);
    while (store.evict());
    store.spans({ trace: 1, id: 9, name: 'straggler' });
    expect(readTrace(store, traceId(1))?.trace.spans.map(({ name }) => name)).toEqual(['straggler']);
  });

  it('forgets the names that nothing has any more', () => {
    let minute = Date.now();
    const now = Date.now;
    Date.now = () => minute;
    try {
      const store = new FilledStore({ maxBytes: LIMIT });
      for (let round = 0; round < 8; round += 1) {
        fill(store, 400, round * 400 + 1);
        minute += 60_000;
        while (store.evict());
      }
      const left = store.totals.traces;
      expect(left).toBeLessThan(1200);
      // Of 3200 names those of the minutes from which anything is left; logs leave more slowly than traces.
      expect(store.number('SELECT count(*) FROM word')).toBeLessThan(1600);
      expect(store.number('SELECT count(*) FROM arrival')).toBeLessThan(5);
      expect(store.number('SELECT count(*) FROM span WHERE name NOT IN (SELECT id FROM word)')).toBe(0);
      expect(store.number('SELECT count(*) FROM trace WHERE name NOT IN (SELECT id FROM word)')).toBe(0);
      expect(store.number('SELECT count(*) FROM body WHERE resource NOT IN (SELECT id FROM resource)')).toBe(
        0,
      );
    } finally {
      Date.now = now;
    }
  });

  it('leaves metrics no series without points', () => {
    const store = new FilledStore({ maxBytes: LIMIT });
    for (let batch = 0; batch < 60; batch += 1) {
      const dataPoints = Array.from({ length: 100 }, (_, index) => ({
        timeUnixNano: String(batch * 1e9 + 1),
        asInt: '1',
        attributes: [{ key: 'pod', value: { stringValue: `${batch} ${index} ${'z'.repeat(100)}` } }],
      }));
      const metrics = [{ name: `metric.${batch}`, gauge: { dataPoints } }];
      const bytes = Buffer.from(JSON.stringify({ resourceMetrics: [{ scopeMetrics: [{ metrics }] }] }));
      store.ingest({ signal: 'metrics', encoding: 'json', bytes });
    }
    while (store.evict());
    expect(store.totals.bytes).toBeLessThanOrEqual(LIMIT);
    expect(strays(store)).toEqual([]);
    expect(store.totals.metricPoints).toBe(store.number('SELECT count(*) FROM point'));
    expect(store.totals.metricPoints).toBeGreaterThan(0);
  });
});
