import { describe, expect, it } from 'vitest';
import { span } from './span.spec-helper.ts';
import { revealed, treeRows, unfolded } from './trace.tree.ts';

const names = (rows: ReturnType<typeof treeRows>): string[] =>
  rows.map((row) => `${'  '.repeat(row.depth)}${row.span.spanId}`);

describe('The rows of a trace', () => {
  it('has children below their parent, by their start', () => {
    const rows = treeRows([
      span('late', 'root', { startUs: 20 }),
      span('leaf', 'early', { startUs: 12 }),
      span('root', null),
      span('early', 'root', { startUs: 10 }),
    ]);
    expect(names(rows)).toEqual(['root', '  early', '    leaf', '  late']);
    expect(rows.map(({ parent }) => parent)).toEqual([-1, 0, 1, 0]);
    expect(rows.map(({ children }) => children)).toEqual([2, 1, 0, 0]);
  });

  it('shows orphans at the top and says so', () => {
    const rows = treeRows([span('root', null), span('lost', 'gone', { startUs: 5 })]);
    expect(names(rows)).toEqual(['root', 'lost']);
    expect(rows.map(({ isOrphan }) => isOrphan)).toEqual([false, true]);
  });

  it('shows every span once when spans are parents of each other or of themselves', () => {
    const rows = treeRows([span('a', 'b'), span('b', 'a'), span('self', 'self'), span('root', null)]);
    expect(rows.map((row) => row.span.spanId).toSorted()).toEqual(['a', 'b', 'root', 'self']);
    expect(rows.some(({ isOrphan }) => isOrphan)).toBe(false);
  });

  it('takes a chain deeper than the call stack', () => {
    const chain = Array.from({ length: 30_000 }, (_, index) =>
      span(`s${index}`, index === 0 ? null : `s${index - 1}`, { startUs: index }),
    );
    expect(treeRows(chain).at(-1)?.depth).toBe(29_999);
  });

  it('leaves out what is folded, and only that', () => {
    const rows = treeRows([
      span('root', null),
      span('a', 'root'),
      span('b', 'a'),
      span('c', 'root', { startUs: 9 }),
    ]);
    expect(unfolded(rows, new Set(['a'])).map((index) => rows[index]?.span.spanId)).toEqual([
      'root',
      'a',
      'c',
    ]);
    expect(unfolded(rows, new Set())).toHaveLength(4);
  });

  it('unfolds the way to a row and leaves other folds alone', () => {
    const rows = treeRows([
      span('root', null),
      span('a', 'root'),
      span('b', 'a'),
      span('c', 'root', { startUs: 9 }),
    ]);
    const folded = new Set(['root', 'a', 'c']);
    expect([...revealed(rows, 2, folded)]).toEqual(['c']);
    expect(revealed(rows, 0, folded)).toBe(folded);
  });
});
