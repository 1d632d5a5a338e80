import { describe, expect, it } from 'vitest';
import type { ExemplarView } from '../../../../src/api/api.types.ts';
import { exemplarsOf, spaced } from './exemplar.dots.ts';

const exemplar = (timeUs: number, traceId: string | null = 'a'): ExemplarView => ({
  timeUs,
  value: 1,
  traceId,
  spanId: traceId,
});

describe('the exemplars of a metric', () => {
  it('are each there once, newest first', () => {
    const points = [
      { timeUs: 10, exemplars: [exemplar(1), exemplar(2)] },
      { timeUs: 20, exemplars: [exemplar(2)] },
      { timeUs: 30 },
    ];
    expect(exemplarsOf([{ attributes: {}, points }]).map(({ timeUs }) => timeUs)).toEqual([2, 1]);
  });

  it('are drawn where they can be clicked apart, those with a trace first', () => {
    const dots = [
      { exemplar: exemplar(3, null), x: 0, y: 0 },
      { exemplar: exemplar(1), x: 5, y: 0 },
      { exemplar: exemplar(2), x: 20, y: 0 },
      { exemplar: exemplar(4), x: 100, y: 0 },
    ];
    expect(spaced(dots).map(({ x }) => x)).toEqual([100, 20]);
  });
});
