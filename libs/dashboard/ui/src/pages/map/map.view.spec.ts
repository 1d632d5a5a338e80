import { describe, expect, it } from 'vitest';
import { fitted, moved, zoomed } from './map.view.ts';

const FRAME = { width: 800, height: 400 };

/** Where a point of the picture is on the screen. */
function onScreen(view: { x: number; y: number; zoom: number }, x: number, y: number): [number, number] {
  return [(x - view.x) * view.zoom, (y - view.y) * view.zoom];
}

describe('the part of the map in sight', () => {
  it('is all of it, in the middle', () => {
    const view = fitted({ width: 1600, height: 400 }, FRAME);
    expect(view.zoom).toBe(0.5);
    expect(onScreen(view, 0, 200)).toEqual([0, 200]);
    expect(onScreen(view, 1600, 200)).toEqual([800, 200]);
  });

  it('does not blow up a small picture', () => {
    const view = fitted({ width: 40, height: 40 }, FRAME);
    expect(view.zoom).toBeLessThan(1.5);
    const [x, y] = onScreen(view, 20, 20);
    expect([Math.round(x), Math.round(y)]).toEqual([400, 200]);
  });

  it('grows around the pointer', () => {
    const before = { x: 10, y: 20, zoom: 1 };
    const after = zoomed(before, 2, { x: 300, y: 100 });
    expect(after.zoom).toBe(2);
    expect(onScreen(after, 310, 120)).toEqual([300, 100]);
  });

  it('has a limit at either end, at which it stays where it is', () => {
    const view = { x: 5, y: 5, zoom: 3 };
    expect(zoomed(view, 10, { x: 100, y: 100 })).toEqual(view);
    expect(zoomed(view, 0.000_1, { x: 0, y: 0 }).zoom).toBeGreaterThan(0);
  });

  it('follows the pointer that drags it', () => {
    const view = { x: 0, y: 0, zoom: 2 };
    expect(onScreen(moved(view, 30, -10), 50, 50)).toEqual([130, 90]);
  });
});
