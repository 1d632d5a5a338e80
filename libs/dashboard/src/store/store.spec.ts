import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readTrace } from '../query/trace.detail.js';
import { listTraces } from '../query/trace.list.js';
import {
  FilledStore,
  SEED,
  seeded,
  shuffled,
  traceId,
  traces,
  T0_US,
  type GivenSpan,
} from '../telemetry.spec-helper.js';
import { Store } from './store.js';

const REQUEST: GivenSpan[] = [
  {
    id: 1,
    name: 'GET /orders/:id',
    kind: 'server',
    at: 0,
    ms: 100,
    attributes: {
      'http.route': '/orders/:id',
      'http.request.method': 'GET',
      'http.response.status_code': 200,
    },
  },
  { id: 2, parent: 1, name: 'load', at: 10, ms: 50 },
  { id: 3, parent: 2, name: 'GET', kind: 'client', at: 20, ms: 30, error: true },
  {
    id: 4,
    parent: 3,
    name: 'GET /users/:id',
    kind: 'server',
    service: 'users',
    at: 22,
    ms: 20,
    attributes: { 'http.route': '/users/:id' },
  },
];

describe('The store', () => {
  it(`knows the same of a trace whatever order it arrives in (DASHBOARD_SEED=${SEED})`, () => {
    const random = seeded(SEED);
    for (let round = 0; round < 20; round += 1) {
      const store = new FilledStore();
      for (const span of shuffled(REQUEST, random)) store.spans(span);
      expect(listTraces(store, {}).traces).toMatchObject([
        {
          traceId: traceId(1),
          name: 'GET /orders/:id',
          service: 'orders',
          route: '/orders/:id',
          httpStatus: 200,
          startUs: T0_US,
          durationUs: 100_000,
          spans: 4,
          errors: 1,
          logs: 0,
          services: expect.toSatisfy((names: string[]) => names.toSorted().join() === 'orders,users'),
          rootArrived: true,
        },
      ]);
    }
  });

  it('names a trace by its earliest span until the root arrives', () => {
    const store = new FilledStore().spans({ id: 3, parent: 2, name: 'later', at: 20 });
    store.spans({ id: 2, parent: 1, name: 'earlier', at: 10 });
    expect(listTraces(store, {}).traces[0]).toMatchObject({ name: 'earlier', rootArrived: false });
    store.spans({ id: 1, name: 'the root', at: 30 });
    expect(listTraces(store, {}).traces[0]).toMatchObject({ name: 'the root', rootArrived: true });
  });

  it('takes a span that is sent twice once', () => {
    const store = new FilledStore().spans(...REQUEST).spans(...REQUEST);
    store.spans(...REQUEST, ...REQUEST);
    expect(store.totals).toMatchObject({ traces: 1, spans: 4 });
    expect(listTraces(store, {}).traces[0]).toMatchObject({ spans: 4, errors: 1 });
    expect(store.number('SELECT sum(calls) FROM edge')).toBe(1);
  });

  it('keeps both sides of a call that share one span id', () => {
    const store = new FilledStore().spans(
      { id: 1, name: 'client', kind: 'client' },
      { id: 1, name: 'server', kind: 'server', service: 'users' },
    );
    expect(readTrace(store, traceId(1))?.trace.spans.map(({ name }) => name)).toEqual(['client', 'server']);
  });

  it('takes a large request in steps, between which what it has is whole and can be read', () => {
    const store = new FilledStore();
    const bytes = traces(
      ...Array.from({ length: 1300 }, (_, index) => ({ trace: index % 7, id: index + 1 })),
    );
    const seen: number[][] = [];
    const steps = store.ingesting({ signal: 'traces', encoding: 'protobuf', bytes });
    for (let step = steps.next(); ; step = steps.next()) {
      const counted = listTraces(store, {}).traces.reduce((sum, { spans }) => sum + spans, 0);
      seen.push([store.totals.spans, counted, store.number('SELECT count(*) FROM body')]);
      if (step.done !== true) continue;
      expect(step.value).toMatchObject({ accepted: 1114, rejected: 186 });
      expect(new Set(step.value.traceIds).size).toBe(6);
      break;
    }
    expect(seen).toEqual([
      [512, 512, 512],
      [1024, 1024, 1024],
      [1114, 1114, 1114],
    ]);
  });

  it('knows a trace again in the same request, however many came before', { timeout: 120_000 }, () => {
    const store = new FilledStore();
    const PER_REQUEST = 230;
    for (let first = 1; first < 52_000; first += PER_REQUEST) {
      const numbers = Array.from({ length: PER_REQUEST }, (_, index) => first + index);
      store.spans(...[1, 2].flatMap((id) => numbers.map((trace) => ({ trace, id }))));
    }
    expect(store.number('SELECT count(*) FROM span WHERE tid NOT IN (SELECT tid FROM trace)')).toBe(0);
    expect(store.totals.traces).toBe(store.number('SELECT count(*) FROM trace'));
  });

  it('goes on with a large request when everything is cleared in the middle of it', () => {
    const store = new FilledStore();
    const spans = Array.from({ length: 1000 }, (_, index) => ({ trace: 1, id: index + 1, name: 'work' }));
    const steps = store.ingesting({ signal: 'traces', encoding: 'protobuf', bytes: traces(...spans) });
    steps.next();
    store.clear();
    steps.next();
    const read = readTrace(store, traceId(1))?.trace;
    expect(read?.spans).toHaveLength(488);
    expect(new Set(read?.spans.map(({ name, service, scope }) => `${name} ${service} ${scope}`))).toEqual(
      new Set(['work orders spec']),
    );
    expect(read?.resources).toMatchObject([{ service: 'orders' }]);
  });

  it('rejects spans without valid ids and takes the others', () => {
    const store = new FilledStore();
    const bytes = Buffer.from(
      JSON.stringify({
        resourceSpans: [
          {
            scopeSpans: [
              {
                spans: [
                  { traceId: '0'.repeat(32), spanId: '1'.repeat(16), name: 'x' },
                  { traceId: '1'.repeat(32), spanId: '1'.repeat(16), name: 'y' },
                ],
              },
            ],
          },
        ],
      }),
    );
    expect(store.ingest({ signal: 'traces', encoding: 'json', bytes })).toMatchObject({
      accepted: 1,
      rejected: 1,
    });
    expect(listTraces(store, {}).traces[0]).toMatchObject({ name: 'y', service: 'unknown_service' });
    expect(store.totals.refused).toBe(1);
  });

  it('counts the logs of a trace whichever comes first', () => {
    const store = new FilledStore()
      .logs({ trace: 1 }, { trace: 1 })
      .spans({ trace: 1, id: 1 })
      .logs({ trace: 1 });
    expect(listTraces(store, {}).traces[0]?.logs).toBe(3);
  });

  it('takes nothing of a request that cannot be decoded', () => {
    const store = new FilledStore();
    const bytes = Buffer.from([0x0a, 0x40, 0x01]);
    expect(() => store.ingest({ signal: 'traces', encoding: 'protobuf', bytes })).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/^OTLP_/) }),
    );
    expect(store.totals).toMatchObject({ traces: 0, spans: 0 });
  });

  it('keeps attributes whose names mean something in JavaScript as what they are', () => {
    const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty'];
    const attributes = Object.fromEntries(names.map((name) => [name, 'planted']));
    Object.defineProperty(attributes, '__proto__', { value: 'planted', enumerable: true });
    const store = new FilledStore().spans({ id: 1, attributes });
    const [span] = readTrace(store, traceId(1))?.trace.spans ?? [];
    expect(new Map(Object.entries(span?.attributes ?? {}))).toEqual(
      new Map(names.map((name) => [name, 'planted'])),
    );
    for (const name of names) {
      expect(listTraces(store, { q: `${name}=planted` }).traces).toHaveLength(1);
      expect(listTraces(store, { q: `${name}~other` }).traces).toHaveLength(0);
    }
    expect(({} as Record<string, unknown>)['planted']).toBeUndefined();
  });

  it('cuts what is too long or too much, visibly', () => {
    const attributes = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`key.${index}`, index]));
    const store = new FilledStore().spans({
      id: 1,
      attributes: { long: `${'x'.repeat(16_383)}😀 and more`, ...attributes },
    });
    const [span] = readTrace(store, traceId(1))?.trace.spans ?? [];
    expect(Object.keys(span?.attributes ?? {})).toHaveLength(128);
    expect(span?.droppedAttributes).toBe(73);
    expect(span?.attributes['long']).toBe(`${'x'.repeat(16_383)}…`);
  });

  it('is empty after it was cleared, and goes on', () => {
    const store = new FilledStore().spans(...REQUEST).logs({ body: 'planted' });
    store.clear();
    expect(store.totals).toMatchObject({ traces: 0, spans: 0, logs: 0, metricPoints: 0 });
    expect(listTraces(store, { q: 'load' }).traces).toEqual([]);
    store.spans(...REQUEST);
    expect(listTraces(store, { q: 'load' }).traces).toHaveLength(1);
  });

  it('goes on after a transaction failed', () => {
    const store = new FilledStore().spans({ trace: 1, id: 1, name: 'before' });
    store.database
      .prepare(
        "CREATE TEMP TRIGGER refuse BEFORE INSERT ON body WHEN new.attributes LIKE '%refuse%' BEGIN SELECT raise(ABORT, 'refused'); END",
      )
      .run();
    expect(() =>
      store.spans({ trace: 2, id: 2, name: 'new name' }, { trace: 2, id: 3, attributes: { a: 'refuse' } }),
    ).toThrow('refused');
    expect(store.totals).toMatchObject({ traces: 1, spans: 1 });
    store.spans({ trace: 2, id: 2, name: 'new name' });
    expect(listTraces(store, {}).traces.map(({ name }) => name)).toEqual(['new name', 'before']);
  });
});

describe('The file of a store', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'dashboard-store-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is gone on with', () => {
    const file = join(folder, 'a.db');
    const first = new FilledStore({ file }).spans(...REQUEST.slice(1)).logs({ trace: 1 });
    first.close();
    const second = new FilledStore({ file }).spans(REQUEST[0] ?? {}).logs({ trace: 1, body: 'more' });
    expect(second.totals).toMatchObject({ traces: 1, spans: 4, logs: 2 });
    expect(listTraces(second, {}).traces[0]).toMatchObject({ name: 'GET /orders/:id', spans: 4, logs: 2 });
    expect(listTraces(second, { q: 'load' }).traces).toHaveLength(1);
    second.close();
  });

  it('is refused to a second dashboard while the first one has it', () => {
    const file = join(folder, 'a.db');
    const first = new FilledStore({ file });
    expect(() => new Store({ file, maxBytes: 1e9 })).toThrow(
      expect.objectContaining({ code: 'ND_STORE_IN_USE' }),
    );
    expect(() => new Store({ file, maxBytes: 1e9, readOnly: true })).toThrow(
      expect.objectContaining({ code: 'ND_STORE_IN_USE' }),
    );
    first.spans(...REQUEST).close();
    const second = new Store({ file, maxBytes: 1e9 });
    expect(second.totals.spans).toBe(4);
    second.close();
  });

  it('is refused when another version wrote it', () => {
    const file = join(folder, 'a.db');
    const first = new FilledStore({ file });
    first.database.prepare('PRAGMA user_version = 99').run();
    first.close();
    expect(() => new Store({ file, maxBytes: 1e9 })).toThrow(
      expect.objectContaining({
        code: 'ND_STORE_UNREADABLE',
        message: expect.stringContaining('another version'),
      }),
    );
  });

  it('is not changed when it is only looked at', () => {
    const file = join(folder, 'a.db');
    new FilledStore({ file }).spans(...REQUEST).close();
    const store = new Store({ file, maxBytes: 1e9, readOnly: true });
    expect(listTraces(store, {}).traces).toHaveLength(1);
    expect(() => store.clear()).toThrow(/readonly/);
    store.close();
  });

  it('shrinks when its rows go', () => {
    const file = join(folder, 'a.db');
    const store = new FilledStore({ file, maxBytes: 1_000_000 });
    for (let batch = 0; batch < 40; batch += 1)
      store.spans(
        ...Array.from({ length: 100 }, (_, index): GivenSpan => ({
          trace: batch * 100 + index + 1,
          id: 1,
          attributes: { text: 'x'.repeat(2000) },
        })),
      );
    const before = store.number('PRAGMA page_count');
    while (store.evict());
    expect(store.number('PRAGMA page_count')).toBeLessThan(before / 2);
    store.close();
    expect(statSync(file).size).toBeLessThan(4_000_000);
  });
});
