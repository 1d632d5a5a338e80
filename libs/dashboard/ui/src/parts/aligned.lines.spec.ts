import { describe, expect, it } from 'vitest';
import { alignLines } from './aligned.lines.ts';

describe('lines of a chart', () => {
  it('share their times, with nothing where one has no point', () => {
    const lines = alignLines([
      [
        { timeUs: 1e6, value: 1 },
        { timeUs: 3e6, value: 3 },
      ],
      [
        { timeUs: 2e6, value: 20 },
        { timeUs: 3e6, value: 30 },
      ],
    ]);
    expect(lines).toEqual({
      times: [1, 2, 3],
      values: [
        [1, undefined, 3],
        [undefined, 20, 30],
      ],
    });
  });

  it('may be none', () => {
    expect(alignLines([])).toEqual({ times: [], values: [] });
    expect(alignLines([[]])).toEqual({ times: [], values: [[]] });
  });
});
