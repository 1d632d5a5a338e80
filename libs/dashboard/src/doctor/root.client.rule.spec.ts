import { describe, expect, it } from 'vitest';
import { Surgery } from './doctor.spec-helper.js';

describe('D04, calls that belong to nothing', () => {
  it('tells what was called in traces that begin with a client span', () => {
    const surgery = new Surgery().spans(
      { trace: 1, id: 1, kind: 'client', name: 'GET' },
      { trace: 2, id: 2, kind: 'client', name: 'SELECT orders' },
    );
    expect(surgery.findings('D04')).toMatchObject([
      {
        severity: 'info',
        occurrences: 2,
        evidence: expect.stringMatching(/^2 traces of orders began with a client span: .*SELECT orders/),
      },
    ]);
  });

  it('has nothing to say of a call inside of something', () => {
    const surgery = new Surgery().spans({ id: 1, kind: 'server' }, { id: 2, parent: 1, kind: 'client' });
    expect(surgery.findings('D04')).toEqual([]);
  });
});
