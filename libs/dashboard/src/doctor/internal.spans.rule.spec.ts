import { describe, expect, it } from 'vitest';
import { type SpanGiven, Surgery } from './doctor.spec-helper.js';

function internal(number: number, given: Partial<SpanGiven> = {}): SpanGiven[] {
  return Array.from({ length: number }, (_, index) => ({
    id: index + 1,
    takes: index % 2 === 0 ? 1 : 9,
    ...given,
  }));
}

describe('D16, too many internal spans', () => {
  it('tells from the eleventh on, and how many of them are short', () => {
    expect(new Surgery().spans(...internal(10)).findings('D16')).toEqual([]);
    expect(new Surgery().spans(...internal(11)).findings('D16')).toMatchObject([
      {
        evidence:
          'orders has up to 11 internal spans in a trace, 6 of them below 5 ms; 1 trace of this kind.',
      },
    ]);
  });

  it('counts by trace and service', () => {
    const spread = [
      ...internal(8),
      ...internal(8, { service: 'users' }).map((span) => ({ ...span, id: span.id + 20 })),
      ...internal(8, { trace: 2 }),
    ];
    expect(new Surgery().spans(...spread).findings('D16')).toEqual([]);
  });

  it('has nothing to say of other kinds', () => {
    expect(new Surgery().spans(...internal(30, { kind: 'client' })).findings('D16')).toEqual([]);
  });
});
