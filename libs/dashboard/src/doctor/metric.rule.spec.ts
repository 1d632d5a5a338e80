import { describe, expect, it } from 'vitest';
import { Surgery } from './doctor.spec-helper.js';

function series(number: number): { user: string; route: string }[] {
  return Array.from({ length: number }, (_, index) => ({ user: `u${index}`, route: `/r${index % 3}` }));
}

describe('D14, metrics with too many series or without a unit', () => {
  it('names the attribute that has the most values', () => {
    const surgery = new Surgery().metrics({ name: 'logins', unit: '{login}', series: series(1000) });
    expect(surgery.findings('D14')).toMatchObject([
      {
        occurrences: 1000,
        evidence: 'logins of orders has 1000 series; user alone has 1000 values among 1000 of them.',
      },
    ]);
  });

  it('names the metrics without a unit', () => {
    const surgery = new Surgery().metrics(
      { name: 'queue.length', unit: '', series: [{}] },
      { name: 'wait', unit: 's', series: [{}] },
    );
    expect(surgery.findings('D14')).toMatchObject([
      { evidence: '1 metric of orders without a unit: queue.length.' },
    ]);
  });

  it('has nothing to say of fewer series with a unit, nor with a trace', () => {
    const fine = new Surgery().metrics({ name: 'logins', unit: '{login}', series: series(999) });
    expect(fine.findings('D14')).toEqual([]);
    const bad = new Surgery().metrics({ name: 'logins', unit: '', series: [{}] }).spans({ id: 1 });
    expect(bad.findings('D14', { trace: 1 })).toEqual([]);
  });
});
