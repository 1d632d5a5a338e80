import { describe, expect, it } from 'vitest';
import { serviceMap } from '../query/service.map.js';
import { FilledStore, type GivenSpan, SEED, seeded, shuffled, T0_US } from '../telemetry.spec-helper.js';
import { Database } from './database.js';
import { EdgeTallies } from './edge.tally.js';
import { spanRow } from './span.row.js';
import { tracesData } from '../telemetry.spec-helper.js';

const WINDOW = { fromUs: T0_US, toUs: T0_US + 60_000_000 };

function edges(store: FilledStore): string[] {
  return serviceMap(store, WINDOW)
    .edges.map(({ from, to, calls, errors }) => `${from} → ${to}: ${calls} (${errors})`)
    .toSorted();
}

describe('The service map', () => {
  it(`joins both sides of a call in either order (DASHBOARD_SEED=${SEED})`, () => {
    const random = seeded(SEED);
    const spans = Array.from({ length: 50 }, (_, trace): GivenSpan[] => [
      { trace: trace + 1, id: 1, kind: 'client', ms: 8, error: trace < 5 },
      { trace: trace + 1, id: 2, parent: 1, kind: 'server', service: 'users' },
    ]).flat();
    const store = new FilledStore();
    for (const span of shuffled(spans, random)) store.spans(span);
    expect(edges(store)).toEqual(['service:orders → service:users: 50 (5)']);
    const [edge] = serviceMap(store, WINDOW).edges;
    expect(edge?.p95Us).toBeGreaterThan(6700);
    expect(edge?.p95Us).toBeLessThan(9600);
  });

  it('draws databases by system and name', () => {
    const attributes = { 'db.system.name': 'postgresql', 'db.namespace': 'shop' };
    const store = new FilledStore().spans({ kind: 'client', attributes }, { kind: 'client', attributes });
    expect(edges(store)).toEqual(['service:orders → database:postgresql shop: 2 (0)']);
  });

  it('counts a message once into its queue and once for each who takes it, in any order', () => {
    const attributes = { 'messaging.system': 'rabbitmq', 'messaging.destination.name': 'placed' };
    const message: GivenSpan[] = [
      { id: 1, kind: 'producer', attributes },
      { id: 2, parent: 1, kind: 'consumer', service: 'mail', attributes },
      { id: 3, parent: 1, kind: 'consumer', service: 'stock', attributes, error: true },
      { id: 4, parent: 1, kind: 'consumer', service: 'stock', attributes },
      // Fetching is no delivery of its own.
      {
        id: 5,
        kind: 'client',
        service: 'stock',
        attributes: { ...attributes, 'messaging.operation.type': 'receive' },
      },
    ];
    for (const order of [message, message.toReversed()]) {
      const store = new FilledStore();
      for (const span of order) store.spans(span);
      expect(edges(store)).toEqual([
        'queue:placed → service:mail: 1 (0)',
        'queue:placed → service:stock: 2 (1)',
        'service:orders → queue:placed: 1 (0)',
      ]);
    }
  });

  it('draws a queue nobody takes from, and keeps apart a queue and a service of one name', () => {
    const attributes = { 'messaging.system': 'kafka', 'messaging.destination.name': 'orders' };
    const store = new FilledStore().spans({ id: 1, kind: 'producer', attributes });
    expect(edges(store)).toEqual(['service:orders → queue:orders: 1 (0)']);
    expect(
      serviceMap(store, WINDOW)
        .nodes.map(({ id }) => id)
        .toSorted(),
    ).toEqual(['queue:orders', 'service:orders']);
  });

  it('draws who never answers with a span by its address, once it had the time to', () => {
    let now = 0;
    const database = new Database(':memory:');
    const tallies = new EdgeTallies(database, () => now);
    const call = {
      kind: 'client',
      attributes: { 'server.address': 'api.example.com', 'server.port': 443 },
    } as const;
    const [span] = tracesData(call).resourceSpans[0]?.scopeSpans[0]?.spans ?? [];
    const row = span === undefined ? undefined : spanRow(span);
    if (row === undefined) throw new Error('no span');
    tallies.add(row, 'orders');
    const drawn = (): unknown[] =>
      database
        .prepare('SELECT source, target, target_kind, calls FROM edge')
        .all()
        .map((each) => Object.values(each));
    now = 29_000;
    expect(tallies.isOverdue).toBe(false);
    tallies.write();
    expect(drawn()).toEqual([]);
    now = 31_000;
    expect(tallies.isOverdue).toBe(true);
    tallies.write();
    expect(drawn()).toEqual([['orders', 'api.example.com:443', 'external', 1]]);
    expect(tallies.isOverdue).toBe(false);
  });

  it('remembers no more calls than it has room for', { timeout: 30_000 }, () => {
    const store = new FilledStore();
    for (let batch = 0; batch < 21; batch += 1)
      store.spans(
        ...Array.from({ length: 1000 }, (_, index): GivenSpan => ({
          trace: batch * 1000 + index + 1,
          id: 1,
          kind: 'client',
          attributes: { 'server.address': 'lost' },
        })),
      );
    expect(edges(store)).toEqual(['service:orders → external:lost: 1000 (0)']);
  });
});
