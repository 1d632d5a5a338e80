import { describe, expect, it } from 'vitest';
import { hex, Surgery } from './doctor.spec-helper.js';

const REMOTE = 0x300;
const SAMPLED = 0x001;

describe('D02, spans whose parent never came', () => {
  it('blames the caller when the parent is of another program', () => {
    const surgery = new Surgery().spans({ id: 2, parent: 1, kind: 'server', flags: REMOTE | SAMPLED });
    expect(surgery.findings('D02')).toMatchObject([
      {
        service: 'orders',
        occurrences: 1,
        evidence:
          '1 span of orders named a parent that is not here. Most likely the program that called sends its spans elsewhere, or nowhere.',
        spans: [{ traceId: hex(1, 32), spanId: hex(2, 16) }],
      },
    ]);
  });

  it('takes the parent of a server span for a remote one when the sender sets no flags', () => {
    const [finding] = new Surgery().spans({ id: 2, parent: 1, kind: 'server', flags: 1 }).findings('D02');
    expect(finding?.key).toBe('D02 caller orders');
  });

  it('blames sampling when the flags say that the caller did not sample', () => {
    const [finding] = new Surgery()
      .spans({ id: 2, parent: 1, kind: 'server', flags: REMOTE })
      .findings('D02');
    expect(finding?.evidence).toContain('did not sample');
    expect(finding?.fix).toContain('traces.ratio');
  });

  it('asks for spans that are not ended when the parent is of the same program', () => {
    const [finding] = new Surgery().spans({ id: 2, parent: 1 }, { id: 3, parent: 1 }).findings('D02');
    expect(finding).toMatchObject({ occurrences: 2, key: 'D02 lost orders' });
    expect(finding?.fix).toContain('NT_SPAN_PENDING');
  });

  it('waits ten seconds for what is still on its way', () => {
    const surgery = new Surgery().spans({ id: 2, parent: 1 });
    expect(surgery.findings('D02', { afterMillis: 9000 })).toEqual([]);
    expect(surgery.findings('D02', { afterMillis: 11_000 })).toHaveLength(1);
  });

  it('has nothing to say when the parent is there, whichever came first', () => {
    const surgery = new Surgery().spans({ id: 2, parent: 1 }).spans({ id: 1 });
    expect(surgery.findings('D02')).toEqual([]);
  });
});
