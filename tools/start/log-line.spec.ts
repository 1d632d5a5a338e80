import { describe, expect, it } from 'vitest';
import { decodeLogLine } from './log-line.ts';

const record = {
  time: '2026-01-02T03:04:05.678Z',
  level: 'info',
  trace_id: '0af7651916cd43dd8448eb211c80319c',
  span_id: 'b7ad6b7169203331',
  context: 'OrdersService',
  message: 'Order 1 was placed',
};

describe('decodeLogLine', () => {
  it('reads a line of a trace', () => {
    expect(decodeLogLine(JSON.stringify(record), 'order')).toEqual({
      traceId: '0af7651916cd43dd8448eb211c80319c',
      spanId: 'b7ad6b7169203331',
      timeUnixNano: 1767323045678000000n,
      severity: 'info',
      service: 'order',
      context: 'OrdersService',
      message: 'Order 1 was placed',
    });
  });

  it.each([
    ['has no trace', JSON.stringify({ ...record, trace_id: undefined })],
    ['has no time', JSON.stringify({ ...record, time: undefined })],
    ['is cut off', JSON.stringify(record).slice(0, 40)],
    ['is plain text', '(node:1) Warning: something'],
  ])('passes over a line that %s', (_case, line) => {
    expect(decodeLogLine(line, 'order')).toBeUndefined();
  });
});
