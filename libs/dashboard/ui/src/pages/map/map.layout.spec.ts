import { describe, expect, it } from 'vitest';
import type { MapEdge, MapNode } from '../../../../src/api/api.types.ts';
import { curve, layoutMap } from './map.layout.ts';

function node(id: string, kind: MapNode['kind'] = 'service'): MapNode {
  return { id, label: id, kind, calls: 1, errors: 0 };
}

function edge(from: string, to: string): MapEdge {
  return { from, to, calls: 1, errors: 0, p95Us: 1000 };
}

describe('the layout of the map', () => {
  const nodes = [node('order'), node('user'), node('sqlite', 'database'), node('orders', 'queue')];
  const edges = [edge('order', 'user'), edge('user', 'sqlite'), edge('order', 'orders')];

  it('places callers left of whom they call, and nothing on top of anything', () => {
    const { nodes: placed, width, height } = layoutMap({ nodes, edges });
    const x = (id: string): number => placed.find((each) => each.node.id === id)?.x ?? Number.NaN;
    expect(x('order')).toBeLessThan(x('user'));
    expect(x('user')).toBeLessThan(x('sqlite'));
    expect(x('order')).toBeLessThan(x('orders'));
    for (const a of placed) {
      expect(a.x + a.width / 2).toBeLessThanOrEqual(width);
      expect(a.y + a.height / 2).toBeLessThanOrEqual(height);
      for (const b of placed) {
        if (a === b) continue;
        const apart =
          Math.abs(a.x - b.x) >= (a.width + b.width) / 2 || Math.abs(a.y - b.y) >= (a.height + b.height) / 2;
        expect(apart, `${a.node.id} and ${b.node.id}`).toBe(true);
      }
    }
  });

  it('is the same whatever order things come in', () => {
    const reversed = layoutMap({ nodes: nodes.toReversed(), edges: edges.toReversed() });
    expect(reversed).toEqual(layoutMap({ nodes, edges }));
  });

  it('draws services that call each other, and one that calls itself', () => {
    const { edges: placed } = layoutMap({
      nodes: [node('a'), node('b')],
      edges: [edge('a', 'b'), edge('b', 'a'), edge('a', 'a')],
    });
    expect(placed).toHaveLength(3);
    for (const { path, x, y } of placed) {
      expect(path).toMatch(/^M[-\d.]+,[-\d.]+ [QLC]/u);
      expect(path).not.toContain('NaN');
      expect(Number.isFinite(x) && Number.isFinite(y)).toBe(true);
    }
  });

  it('leaves out an edge whose node is not there', () => {
    expect(layoutMap({ nodes: [node('a')], edges: [edge('a', 'gone')] }).edges).toEqual([]);
  });

  it('is of some size when there is nothing', () => {
    expect(layoutMap({ nodes: [], edges: [] })).toMatchObject({ nodes: [], edges: [] });
  });
});

describe('a curve', () => {
  it('begins at its first and ends at its last point', () => {
    expect(
      curve([
        { x: 0, y: 0 },
        { x: 5, y: 9 },
      ]),
    ).toBe('M0,0 L5,9');
    const path = curve([
      { x: 0, y: 0 },
      { x: 5, y: 9 },
      { x: 10, y: 9 },
      { x: 20, y: 0 },
    ]);
    expect(path.startsWith('M0,0 ')).toBe(true);
    expect(path.endsWith(' 20,0')).toBe(true);
  });
});
