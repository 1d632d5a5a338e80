import { describe, expect, it } from 'vitest';
import { policyFor, useJobPolicy } from './bullmq.policy.js';

describe('The trace of a job', () => {
  it('goes on from its publisher, unless the job was put off', () => {
    expect(policyFor({})).toBe('continue');
    expect(policyFor({ opts: { delay: 0 } })).toBe('continue');
    expect(policyFor({ opts: { delay: 1000 } })).toBe('restart');
  });

  it('is what the application wants, but for jobs that are repeated', () => {
    const undo = useJobPolicy('continue');
    expect(policyFor({ opts: { delay: 1000 } })).toBe('continue');
    expect(policyFor({ repeatJobKey: 'daily' })).toBe('restart');
    expect(policyFor({ opts: { repeat: { every: 1000 } } })).toBe('restart');
    const other = useJobPolicy('restart');
    expect(policyFor({})).toBe('restart');
    undo();
    undo();
    expect(policyFor({})).toBe('restart');
    other();
    expect(policyFor({ opts: { delay: 1000 } })).toBe('restart');
    expect(policyFor({})).toBe('continue');
  });
});
