import { describe, expect, it } from 'vitest';
import { span } from '../span.spec-helper.ts';
import { treeRows } from '../trace.tree.ts';
import { minimapCells } from './minimap.cells.ts';
import { dotsOf } from './span.dots.ts';

const size = { lanes: 10, columns: 100, startUs: 0, lengthUs: 1000 };

describe('The minimap', () => {
  it('has a run for each span of a small trace', () => {
    const rows = treeRows([
      span('root', null, { durationUs: 999 }),
      span('a', 'root', { startUs: 500, durationUs: 99, service: 'user' }),
    ]);
    expect(minimapCells(rows, size)).toEqual([
      { lane: 0, from: 0, to: 100, service: 'shop', isError: false },
      { lane: 1, from: 50, to: 60, service: 'user', isError: false },
    ]);
  });

  it('stays small however many spans there are, and loses no error', () => {
    const spans = Array.from({ length: 50_000 }, (_, index) =>
      span(`s${index}`, index === 0 ? null : 's0', {
        startUs: index / 50,
        durationUs: 5,
        status: index === 31_337 ? 'error' : 'unset',
      }),
    );
    const cells = minimapCells(treeRows(spans), size);
    expect(cells.length).toBeLessThanOrEqual(size.lanes * size.columns);
    expect(cells.filter(({ isError }) => isError)).toHaveLength(1);
  });
});

describe('Dots on a bar', () => {
  it('are one where they would lie on each other, an error rather than anything else', () => {
    const events = [1, 2, 3].map((timeUs) => ({
      name: timeUs === 3 ? 'exception' : 'tick',
      timeUs,
      attributes: {},
    }));
    expect(dotsOf(span('a', null, { events }), [], 10)).toEqual([
      { timeUs: 3, kind: 'error', text: 'exception' },
    ]);
    expect(dotsOf(span('a', null, { events }), [], 0.5)).toHaveLength(3);
  });
});
