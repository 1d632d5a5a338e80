import { describe, expect, it } from 'vitest';
import { incompleteness } from './incomplete.ts';
import { selfTimeUs } from './self.time.ts';
import { explainFlags, explainTraceState } from './span.flags.ts';
import { span, summary } from './span.spec-helper.ts';

const LATER = 60_000_000;

describe('The time of a span itself', () => {
  it('is its own without that of its children, overlaps counted once and cut at its end', () => {
    const parent = span('p', null, { startUs: 100, durationUs: 100 });
    expect(selfTimeUs(parent, [])).toBe(100);
    expect(
      selfTimeUs(parent, [
        span('b', 'p', { startUs: 120, durationUs: 30 }),
        span('a', 'p', { startUs: 110, durationUs: 20 }),
        span('late', 'p', { startUs: 190, durationUs: 500 }),
        span('early', 'p', { startUs: 0, durationUs: 50 }),
      ]),
    ).toBe(50);
  });
});

describe('Flags and trace state in words', () => {
  it('tell whether it was sampled and where the parent ran', () => {
    expect(explainFlags(span('a', 'b', { flags: 0x301 })).join(' ')).toMatch(/^Sampled.*another process/);
    expect(explainFlags(span('a', 'b', { flags: 0x101 })).join(' ')).toContain('same process');
    expect(explainFlags(span('a', 'b', { flags: 1 })).join(' ')).not.toContain('process');
    expect(explainFlags(span('a', 'b', { flags: 0 })).join(' ')).toMatch(/^Not marked/);
  });

  it('explain the sampling threshold', () => {
    expect(explainTraceState('ot=th:c;rv:1, vendor=x=y')).toEqual([
      { key: 'ot', text: 'th:c;rv:1 (about 1 in 4 traces is kept)' },
      { key: 'vendor', text: 'x=y' },
    ]);
    expect(explainTraceState('ot=th:0')[0]?.text).toContain('every trace is kept');
    expect(explainTraceState('')).toEqual([]);
  });
});

describe('An incomplete trace', () => {
  const orphan = (flags: number) => [span('lost', 'gone', { flags })];

  it('is none when every parent is there', () => {
    expect(
      incompleteness(summary({ spans: 2 }), [span('a', null), span('b', 'a')], undefined, LATER),
    ).toBeUndefined();
  });

  it.each([
    ['has just begun', 0x301, 1000, /on its way/],
    ['misses a parent of another process', 0x301, LATER, /caller does not send/],
    ['misses a parent of the same process', 0x101, LATER, /never ended/],
    ['does not know where the parent ran', 1, LATER, /Probably the caller/],
  ])('says why it %s', (_, flags, now, cause) => {
    const missing = incompleteness(summary({ rootArrived: false }), orphan(flags), undefined, now);
    expect(missing?.cause).toMatch(cause);
    expect(missing?.orphans).toHaveLength(1);
  });

  it('names the room that was made, where spans were taken out', () => {
    const totals = { traces: 1, spans: 1, logs: 0, metricPoints: 0, bytes: 1, evictedSpans: 5, refused: 0 };
    expect(incompleteness(summary({ rootArrived: false }), orphan(1), totals, LATER)?.cause).toContain(
      '--max-bytes',
    );
    expect(incompleteness(summary({ spans: 9 }), [span('a', null)], undefined, LATER)?.what).toBe(
      '8 of the 9 spans that came in are not shown.',
    );
  });
});
