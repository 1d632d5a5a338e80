import { describe, expect, it } from 'vitest';
import { testGroup } from '../directory.spec-helper.js';
import { MemoryRing } from './memory.ring.js';

const LIMITS = { maxRecords: 10, maxBytes: 1 << 20 };
const ORDINARY = 0;
const ERRORS = 1;
const group = testGroup();

function ringWith(maxBytes: number, dropped: number[] = []): MemoryRing {
  return new MemoryRing(maxBytes, (_signal, records) => dropped.push(records));
}

function push(ring: MemoryRing, lane: number, ...texts: readonly string[]): void {
  for (const text of texts) ring.push(lane, { group, message: Buffer.from(text) });
}

function drain(ring: MemoryRing): string[] {
  return ring.takeRest().map(({ record }) => Buffer.from(record.message).toString());
}

describe('Memory in the place of a disk', () => {
  it('gives up the oldest records when it is full, those of errors last', () => {
    const dropped: number[] = [];
    const ring = ringWith(70 * 4, dropped);
    push(ring, ERRORS, 'error');
    push(ring, ORDINARY, 'a', 'b', 'c', 'd', 'e');
    expect(drain(ring)).toEqual(['c', 'd', 'e', 'error']);
    expect(dropped).toEqual([1, 1]);
    expect(ring.bytes).toBe(0);
  });

  it('never gives up what is being sent', () => {
    const ring = ringWith(70 * 2);
    push(ring, ORDINARY, 'a', 'b');
    const batch = ring.take('traces', LIMITS, new Set());
    push(ring, ORDINARY, 'c', 'd', 'e');
    expect(ring.waiting()).toBe(2);
    if (batch !== undefined) ring.giveBack(batch);
    expect(drain(ring)).toEqual(['a', 'b']);
  });

  it('gives what is not being sent to be kept elsewhere', () => {
    const ring = ringWith(1 << 20);
    push(ring, ORDINARY, 'a', 'b', 'c');
    const batch = ring.take('traces', { ...LIMITS, maxRecords: 1 }, new Set());
    expect(drain(ring)).toEqual(['b', 'c']);
    if (batch !== undefined) ring.settle(batch);
    expect(ring.waiting()).toBe(0);
  });
});
