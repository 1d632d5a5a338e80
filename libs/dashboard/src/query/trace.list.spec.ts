import { describe, expect, it, vi } from 'vitest';
import { FilledStore, type GivenSpan, SEED, seeded, T0_US } from '../telemetry.spec-helper.js';
import type { TraceQuery } from '../api/api.types.js';
import { muteRoute } from './muted.routes.js';
import { listTraces } from './trace.list.js';

const number = ({ traceId: id }: { traceId: string }): number => Number.parseInt(id, 16);

/** Every page, one after the other. */
function pages(store: FilledStore, query: TraceQuery, between: () => void = () => {}): number[][] {
  const found: number[][] = [];
  for (let before: string | null | undefined; before !== null;) {
    const page = listTraces(store, { ...query, ...(before !== undefined && { before }) });
    found.push(page.traces.map(number));
    before = page.next;
    between();
  }
  return found;
}

const TRACES = 97;
function filled(): FilledStore {
  const random = seeded(SEED);
  const store = new FilledStore();
  // Three spans of each, which lie far apart, all with what is searched for; many durations are equal.
  for (let round = 0; round < 3; round += 1) {
    store.spans(
      ...Array.from({ length: TRACES }, (_, index): GivenSpan => ({
        trace: index + 1,
        id: round + 1,
        name: 'find me',
        service: index % 10 === 0 ? 'rare' : 'common',
        ms: Math.floor(random() * 5) + 1,
        attributes: { wanted: 'yes' },
      })),
    );
  }
  return store;
}
const everything = Array.from({ length: TRACES }, (_, index) => index + 1);

describe('The trace list', () => {
  it.each<[string, TraceQuery]>([
    ['newest first', {}],
    ['the slowest first', { sort: 'slowest' }],
    ['the fastest first', { sort: 'fastest' }],
    ['by a search', { q: 'wanted=yes' }],
    ['by a search without help of the index', { q: '-wanted=no' }],
    ['by a search, the slowest first', { q: 'find me', sort: 'slowest' }],
    ['by a search, the fastest first', { q: 'wanted=yes', sort: 'fastest' }],
  ])(`has each trace on one page, %s (DASHBOARD_SEED=${SEED})`, (_, query) => {
    const found = pages(filled(), { limit: 10, ...query });
    expect(found.flat().toSorted((a, b) => a - b)).toEqual(everything);
    expect(found.slice(0, -1).every((page) => page.length === 10)).toBe(true);
  });

  it.each<TraceQuery>([{}, { q: 'wanted=yes' }])('has each on one page while more comes in %j', (query) => {
    const store = filled();
    let next = 1000;
    const found = pages(store, { limit: 10, ...query }, () => {
      store.spans({ trace: next++, name: 'find me', attributes: { wanted: 'yes' } });
      store.spans({ trace: 3, id: next, name: 'find me', attributes: { wanted: 'yes' } });
    }).flat();
    expect(found.toSorted((a, b) => a - b)).toEqual(everything);
  });

  it('sorts by duration both ways, with a search or without', () => {
    const store = filled();
    for (const q of [undefined, 'wanted=yes']) {
      for (const [sort, direction] of [
        ['slowest', -1],
        ['fastest', 1],
      ] as const) {
        const durations = listTraces(store, { limit: 500, sort, ...(q !== undefined && { q }) }).traces.map(
          ({ durationUs }) => durationUs,
        );
        expect(durations).toHaveLength(TRACES);
        expect(durations).toEqual(durations.toSorted((a, b) => direction * (a - b)));
      }
    }
  });

  it('takes out by service, route, status, error, duration and time', () => {
    const store = new FilledStore().spans(
      {
        trace: 1,
        kind: 'server',
        name: 'a',
        ms: 5,
        attributes: { 'http.route': '/a', 'http.response.status_code': 200 },
      },
      {
        trace: 2,
        kind: 'server',
        name: 'b',
        ms: 50,
        error: true,
        at: 1000,
        attributes: { 'http.route': '/b', 'http.response.status_code': 503 },
      },
      {
        trace: 3,
        kind: 'server',
        name: 'c',
        ms: 500,
        at: 2000,
        service: 'users',
        attributes: { 'http.route': '/c', 'http.response.status_code': 404 },
      },
    );
    const cases: [TraceQuery, number[]][] = [
      [{ service: 'users' }, [3]],
      [{ service: 'nobody' }, []],
      [{ route: '/b' }, [2]],
      [{ route: '/nowhere' }, []],
      [{ status: '404' }, [3]],
      [{ status: '5xx' }, [2]],
      [{ status: 'nonsense' }, []],
      [{ error: true }, [2]],
      [{ error: false }, [3, 1]],
      [{ minMs: 50 }, [3, 2]],
      [{ maxMs: 50 }, [2, 1]],
      [{ fromUs: T0_US + 500_000, toUs: T0_US + 1_500_000 }, [2]],
      [{ service: 'orders', minMs: 6, q: 'b' }, [2]],
      [{ service: 'users', q: 'b' }, []],
      [{ before: 'nonsense' }, [3, 2, 1]],
      [{ before: '1_2_3', q: 'c' }, [3]],
    ];
    for (const [query, found] of cases)
      expect([query, listTraces(store, query).traces.map(number)]).toEqual([query, found]);
  });

  it('leaves out a muted route, unless it is asked for', () => {
    const store = new FilledStore().spans(
      {
        trace: 1,
        kind: 'server',
        name: 'GET /health',
        attributes: { 'http.route': '/health', 'http.request.method': 'GET' },
      },
      {
        trace: 2,
        kind: 'server',
        name: 'POST /health',
        attributes: { 'http.route': '/health', 'http.request.method': 'POST' },
      },
      {
        trace: 3,
        kind: 'server',
        name: 'GET /health',
        service: 'my users',
        attributes: { 'http.route': '/health', 'http.request.method': 'GET' },
      },
    );
    muteRoute(store, 'orders GET /health', true);
    expect(listTraces(store, {}).traces.map(number)).toEqual([3, 2]);
    expect(listTraces(store, { q: 'health' }).traces.map(number)).toEqual([3, 2]);
    expect(listTraces(store, { route: '/health' }).traces.map(number)).toEqual([3, 2, 1]);
    muteRoute(store, 'my users GET /health', true);
    expect(listTraces(store, {}).traces.map(number)).toEqual([2]);
    muteRoute(store, 'orders GET /health', false);
    expect(listTraces(store, {}).traces.map(number)).toEqual([2, 1]);
  });

  it('reads the traces of a service in the order they are stored, without sorting', () => {
    const store = new FilledStore();
    const plan = (query: TraceQuery): string => {
      const prepare = vi.spyOn(store.database, 'prepare');
      listTraces(store, query);
      const [sql = ''] = prepare.mock.calls.at(-1) ?? [];
      prepare.mockRestore();
      const { length } = sql.match(/\?/g) ?? [];
      return store.database
        .prepare(`EXPLAIN QUERY PLAN ${sql}`)
        .all(...Array.from({ length }, () => 1))
        .map(({ detail }) => detail)
        .join('\n');
    };
    store.spans({ trace: 1 });
    for (const query of [
      {},
      { service: 'orders' },
      { error: true },
      { sort: 'slowest' },
      { sort: 'fastest', before: '1_2' },
    ] as const)
      expect([query, plan(query)]).toEqual([query, expect.not.stringContaining('TEMP B-TREE FOR')]);
  });
});
