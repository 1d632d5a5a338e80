import { describe, expect, it } from 'vitest';
import { summary } from '../trace/span.spec-helper.ts';
import { withNewest } from './live.traces.ts';

const trace = (traceId: string, spans = 1) => summary({ traceId, spans });
const known = (...pages: string[][]) => ({
  pages: pages.map((ids) => ({ traces: ids.map((id) => trace(id)), next: 'x' })),
  pageParams: pages.map(() => undefined),
});
const shown = (result: ReturnType<typeof withNewest>) =>
  result?.pages.pages.map(({ traces }) => traces.map(({ traceId, spans }) => `${traceId}${spans}`));

describe('A list of traces that is live', () => {
  it('puts new ones in front and tells which they are', () => {
    const result = withNewest(known(['b', 'a']), { traces: [trace('c'), trace('b', 5)], next: 'y' });
    expect(shown(result)).toEqual([['c1', 'b5', 'a1']]);
    expect([...(result?.fresh ?? [])]).toEqual(['c']);
  });

  it('keeps the pages that were loaded, and brings what is on them up to date', () => {
    const result = withNewest(known(['d', 'c'], ['b', 'a']), {
      traces: [trace('d'), trace('b', 3)],
      next: 'y',
    });
    expect(shown(result)).toEqual([
      ['d1', 'c1'],
      ['b3', 'a1'],
    ]);
    expect(result?.fresh.size).toBe(0);
  });

  it('begins anew rather than show a gap', () => {
    expect(withNewest(known(['a']), { traces: [trace('y'), trace('x')], next: 'w' })).toBeUndefined();
  });

  it('fills a list that was empty', () => {
    expect(shown(withNewest(known([]), { traces: [trace('a')], next: null }))).toEqual([['a1']]);
  });
});
