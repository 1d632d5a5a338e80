import { describe, expect, it } from 'vitest';
import { type LogGiven, Surgery } from './doctor.spec-helper.js';

const REQUEST = { id: 1, kind: 'server', takes: 100 } as const;

function logs(number: number, given: Partial<LogGiven> = {}): LogGiven[] {
  return Array.from({ length: number }, (_, index) => ({ body: `line ${index}`, at: 10 + index, ...given }));
}

describe('D11, logs of requests without a trace id', () => {
  it('tells how many of them, of those that were written while requests were served', () => {
    const surgery = new Surgery()
      .spans(REQUEST)
      .logs(...logs(5), ...logs(3, { trace: 1 }), ...logs(9, { at: 5000 }));
    expect(surgery.findings('D11')).toMatchObject([
      {
        occurrences: 5,
        evidence: '5 of 8 log records that orders wrote while it served requests had no trace id.',
        spans: [{ name: 'work' }],
      },
    ]);
    expect(surgery.findings('D11')[0]?.fix).toContain('app.useLogger(app.get(TelemetryLogger))');
  });

  it.each<[string, LogGiven[]]>([
    ['there are four', logs(4)],
    ['most have one', [...logs(5), ...logs(6, { trace: 1 })]],
    ['no request was served then', logs(9, { at: 5000 })],
    ['another service wrote them', logs(9, { service: 'worker' })],
  ])('has nothing to say when %s', (_, records) => {
    expect(
      new Surgery()
        .spans(REQUEST)
        .logs(...records)
        .findings('D11'),
    ).toEqual([]);
  });
});
