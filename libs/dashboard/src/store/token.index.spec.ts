import { describe, expect, it } from 'vitest';
import { listLogs } from '../query/log.list.js';
import { listTraces } from '../query/trace.list.js';
import { FilledStore } from '../telemetry.spec-helper.js';

/** So little that a part of the index has as few rows as it may. */
const SMALL = 1_500_000;
const PARTS = "SELECT count(*) FROM sqlite_master WHERE name GLOB 'span_token_*_data'";
const BATCH = 500;

/** Traces of one span each, of which every hundredth is marked. */
function fill(store: FilledStore, from: number, to: number): void {
  for (let first = from; first < to; first += BATCH)
    store.spans(
      ...Array.from({ length: BATCH }, (_, index) => ({
        trace: first + index,
        id: 1,
        name: `work ${first + index}`,
        attributes: { rare: (first + index) % 100 === 0 },
      })),
    );
}

function foundIn(store: FilledStore, q: string): number[] {
  const found: number[] = [];
  for (let before: string | null | undefined; before !== null;) {
    const page = listTraces(store, { q, limit: 20, ...(before !== undefined && { before }) });
    found.push(...page.traces.map(({ name }) => Number(name.slice('work '.length))));
    before = page.next;
  }
  return found;
}

describe('The search index', { timeout: 60_000 }, () => {
  it('finds what is in any of its parts, the newest first', () => {
    const store = new FilledStore({ maxBytes: SMALL });
    fill(store, 1, 6501);
    expect(store.number(PARTS)).toBe(4);
    const marked = Array.from({ length: 65 }, (_, index) => 6500 - index * 100);
    expect(foundIn(store, 'rare=true')).toEqual(marked);
    while (store.mergeTokens());
    expect(foundIn(store, 'rare=true')).toEqual(marked);
    expect(foundIn(store, 'rare=true 4200')).toEqual([4200]);
  });

  it('loses parts whose rows were all taken out for room, and finds the rest', () => {
    const store = new FilledStore({ maxBytes: SMALL });
    for (let first = 1; first < 20_001; first += 2000) {
      fill(store, first, first + 2000);
      while (store.evict());
      while (store.mergeTokens());
    }
    const { spans, evictedSpans } = store.totals;
    expect(spans + evictedSpans).toBe(20_000);
    expect(store.number(PARTS)).toBeLessThan(2 + Math.ceil(spans / 2048));
    const left = Array.from({ length: spans }, (_, index) => 20_000 - index);
    expect(foundIn(store, 'rare=true')).toEqual(left.filter((number) => number % 100 === 0));
  });

  it('goes on after records that were taken out', () => {
    const store = new FilledStore();
    for (let first = 0; first < 3000; first += BATCH)
      store.logs(...Array.from({ length: BATCH }, (_, index) => ({ at: first + index, body: 'find me' })));
    store.database.prepare('DELETE FROM log WHERE id BETWEEN 500 AND 2900').run();
    const page = listLogs(store, { q: 'find', limit: 150 });
    expect(page.logs).toHaveLength(150);
    expect(page.logs.map(({ id }) => Number(id))).toEqual([
      ...Array.from({ length: 100 }, (_, index) => 3000 - index),
      ...Array.from({ length: 50 }, (_, index) => 499 - index),
    ]);
  });

  it('is empty after everything was cleared, and begins anew', () => {
    const store = new FilledStore({ maxBytes: SMALL });
    fill(store, 1, 4501);
    store.clear();
    expect([store.number(PARTS), foundIn(store, 'rare=true')]).toEqual([0, []]);
    fill(store, 5001, 5501);
    expect(foundIn(store, 'rare=true')).toEqual([5500, 5400, 5300, 5200, 5100]);
  });

  it('is as it was after a request that failed in the middle', () => {
    const store = new FilledStore({ maxBytes: SMALL });
    fill(store, 1, 2001);
    const full = new Error('disk full');
    const prepare = store.database.prepare.bind(store.database);
    store.database.prepare = (sql) => {
      if (sql.includes('INSERT INTO trace ')) throw full;
      return prepare(sql);
    };
    expect(() => fill(store, 2001, 2501)).toThrow(full);
    store.database.prepare = prepare;
    expect(store.number(PARTS)).toBe(1);
    fill(store, 2001, 4501);
    expect(foundIn(store, 'rare=true')).toHaveLength(45);
  });
});
