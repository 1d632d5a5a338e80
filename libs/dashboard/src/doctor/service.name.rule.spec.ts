import { describe, expect, it } from 'vitest';
import { Surgery } from './doctor.spec-helper.js';

describe('D01, programs without a name', () => {
  it('tells of unknown_service in all its forms, with the number of spans', () => {
    const surgery = new Surgery().spans(
      { id: 1, service: 'unknown_service:node' },
      { id: 2, service: 'unknown_service:node' },
      { id: 3, service: '' },
    );
    const findings = surgery.findings('D01');
    expect(findings.map(({ evidence }) => evidence)).toEqual([
      '2 spans came from a program that is called unknown_service:node.',
      '1 span came from a program that is called unknown_service.',
    ]);
    expect(findings[0]).toMatchObject({
      severity: 'warning',
      service: 'unknown_service:node',
      ignored: false,
    });
    expect(findings[0]?.fix).toContain("serviceName: 'orders'");
    expect(findings[0]?.spans).toHaveLength(2);
  });

  it('marks what somebody chose to ignore', () => {
    const surgery = new Surgery().spans({ id: 1, service: 'unknown_service' });
    const [finding] = surgery.findings('D01');
    expect(surgery.findings('D01', { ignored: [finding?.key ?? ''] })).toMatchObject([{ ignored: true }]);
  });

  it('has nothing to say of a program with a name', () => {
    expect(new Surgery().spans({ id: 1, service: 'unknown' }).findings('D01')).toEqual([]);
  });
});
