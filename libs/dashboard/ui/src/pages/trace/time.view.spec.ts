import { describe, expect, it } from 'vitest';
import { brushed, panned, placed, showing, ticks, viewOf, viewText, zoomed } from './time.view.ts';

const ALL = { from: 0, to: 1000 };

describe('A view of the time of a trace', () => {
  it('places what lies in it, cut at its edges', () => {
    expect(placed({ from: 100, to: 300 }, 150, 200)).toEqual({ left: 0.25, width: 0.25 });
    expect(placed({ from: 100, to: 300 }, 0, 200)).toEqual({ left: 0, width: 0.5 });
    expect(placed({ from: 100, to: 300 }, 301, 400)).toBeUndefined();
  });

  it('zooms around its middle and stays inside the trace', () => {
    expect(zoomed(ALL, 2, 1000)).toEqual({ from: 250, to: 750 });
    expect(zoomed({ from: 0, to: 100 }, 0.5, 1000)).toEqual({ from: 0, to: 200 });
    expect(zoomed({ from: 250, to: 750 }, 0.25, 1000)).toEqual(ALL);
  });

  it('never gets so small that nothing can be divided by it', () => {
    let view = ALL;
    for (let step = 0; step < 200; step += 1) view = zoomed(view, 2, 1000);
    expect(view.to).toBeGreaterThan(view.from);
  });

  it('moves no further than the trace', () => {
    expect(panned({ from: 0, to: 100 }, -1, 1000)).toEqual({ from: 0, to: 100 });
    expect(panned({ from: 800, to: 1000 }, 1, 1000)).toEqual({ from: 800, to: 1000 });
    expect(panned({ from: 0, to: 400 }, 0.25, 1000)).toEqual({ from: 100, to: 500 });
  });

  it('is what was marked in either direction; a click marks nothing', () => {
    expect(brushed(0.5, 0.25, 1000)).toEqual({ from: 250, to: 500 });
    expect(brushed(-1, 2, 1000)).toEqual(ALL);
    expect(brushed(0.5, 0.501, 1000)).toBeUndefined();
  });

  it('moves to what is to be shown, and only then', () => {
    const view = { from: 0, to: 100 };
    expect(showing(view, 50, 60, 1000)).toBe(view);
    expect(showing(view, 500, 520, 1000)).toEqual({ from: 460, to: 560 });
  });

  it('comes back from the address as it went in; the whole is not written', () => {
    const view = { from: 12.34, to: 567.89 };
    expect(viewOf(viewText(view, 1000) ?? null, 1000)).toEqual(view);
    expect(viewText(ALL, 1000)).toBeUndefined();
  });

  it.each(['', 'x-y', '900-100', '5000-6000', '1-1', '-5-10'])('is the whole trace for %j', (text) => {
    expect(viewOf(text, 1000)).toEqual(ALL);
  });

  it('is marked at round times', () => {
    expect(ticks(ALL, 5)).toEqual([0, 200, 400, 600, 800, 1000]);
    expect(ticks({ from: 130, to: 290 }, 4)).toEqual([150, 200, 250]);
  });
});
