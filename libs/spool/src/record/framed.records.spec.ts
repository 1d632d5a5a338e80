import { decodeTraces, encodeResource, encodeScope, encodeSpan, wrapFramed } from '@nest-telemetry/otlp';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../seeded.spec-helper.js';
import { framed, framingOf, partOf, recordsOf, writeFraming } from './framed.records.js';

const LENGTHS = [0, 1, 126, 127, 128, 129, 16_383, 16_384, 70_000];

function content(lengths: readonly number[]): Uint8Array {
  return Buffer.concat(lengths.map((length) => framed(new Uint8Array(length).fill(length % 251))));
}

describe('Framed records', () => {
  it('are read as they were written', () => {
    const found = [...recordsOf(content(LENGTHS))];
    expect(found.map(({ length }) => length)).toEqual(LENGTHS);
    expect(found.every((record) => record.every((byte) => byte === record.length % 251))).toBe(true);
  });

  it.each(LENGTHS)('take as many bytes as was said: %i', (length) => {
    expect(writeFraming(new Uint8Array(16), 0, length)).toBe(framingOf(length));
  });

  it('are cut between records only', () => {
    const bytes = content([10, 20, 30]);
    expect(partOf(bytes, 0, {})).toEqual({ count: 3, end: bytes.length });
    expect(partOf(bytes, 0, { maxRecords: 2 })).toEqual({ count: 2, end: 12 + 22 });
    expect(partOf(bytes, 12, { maxRecords: 1 })).toEqual({ count: 1, end: 12 + 22 });
    expect(partOf(bytes, 0, { maxBytes: 33 })).toEqual({ count: 1, end: 12 });
    expect(partOf(bytes, 0, { maxBytes: 34 })).toEqual({ count: 2, end: 34 });
    expect(partOf(bytes, 0, { maxBytes: 1 })).toEqual({ count: 1, end: 12 });
    expect(partOf(bytes, 0, { maxRecords: 0 })).toEqual({ count: 0, end: 0 });
    expect(partOf(bytes, bytes.length, {})).toEqual({ count: 0, end: bytes.length });
  });

  it('that end anywhere are read up to the last whole one', () => {
    const bytes = content([3, 200, 5]);
    const ends = [5, 5 + 203, 5 + 203 + 7];
    for (let length = 0; length <= bytes.length; length += 1) {
      const whole = ends.filter((end) => end <= length);
      expect(partOf(bytes.subarray(0, length), 0, {})).toEqual({
        count: whole.length,
        end: whole.at(-1) ?? 0,
      });
    }
  });

  it('never make sense of bytes that are none beyond their end', () => {
    const random = seededRandom('framed');
    for (let round = 0; round < 2000; round += 1) {
      const bytes = Uint8Array.from({ length: 30 }, () => (random() < 0.3 ? 0x12 : random() * 256));
      const { count, end } = partOf(bytes, 0, {});
      expect(end).toBeLessThanOrEqual(bytes.length);
      expect([...recordsOf(bytes)]).toHaveLength(count);
    }
  });

  it('are what an export request consists of', () => {
    const context = { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 };
    const bytes = ['first', 'second'].map((name) =>
      encodeSpan({ name, spanContext: () => context } as never),
    );
    const request = wrapFramed(
      encodeResource({ attributes: { 'service.name': 'shop' } }),
      encodeScope({ name: 'scope' }),
      bytes.map((span) => framed(span ?? new Uint8Array())),
    );
    const [resource] = decodeTraces(request).resourceSpans;
    expect(resource?.scopeSpans[0]?.spans.map(({ name }) => name)).toEqual(['first', 'second']);
  });
});
