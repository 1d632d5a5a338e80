import { describe, expect, it } from 'vitest';
import { type SpanGiven, Surgery } from './doctor.spec-helper.js';

const CALL: SpanGiven = { id: 1, kind: 'client', service: 'orders', at: 0, takes: 40 };
const served = (at: number): SpanGiven => ({
  id: 2,
  parent: 1,
  kind: 'server',
  service: 'users',
  at,
  takes: 20,
});

describe('D12, clocks that disagree', () => {
  it('estimates by how much, as half of the way there and back', () => {
    expect(new Surgery().spans(CALL, served(-110)).findings('D12')).toMatchObject([
      { evidence: 'The clock of users is 120 ms behind that of orders, as seen in 1 call.' },
    ]);
    expect(new Surgery().spans(CALL, served(2010)).findings('D12')).toMatchObject([
      { evidence: 'The clock of users is 2.0 s ahead of that of orders, as seen in 1 call.' },
    ]);
  });

  it('has nothing to say of what lies within the call, or a few milliseconds off', () => {
    expect(new Surgery().spans(CALL, served(10)).findings('D12')).toEqual([]);
    expect(new Surgery().spans(CALL, served(-4)).findings('D12')).toEqual([]);
  });

  it('has nothing to say of a consumer, which may come late', () => {
    const late: SpanGiven = { ...served(5000), kind: 'consumer' };
    expect(new Surgery().spans({ ...CALL, kind: 'producer' }, late).findings('D12')).toEqual([]);
  });
});
