import { describe, expect, it } from 'vitest';
import { decodeLogs, encodeLogs, LogBatch, type EncodableLogRecord } from './index.js';

const resource = { attributes: { 'service.name': 'orders' } };
const scopes = [{ name: 'one' }, { name: 'two' }] as const;

function recordOf(body: string, changes: Partial<EncodableLogRecord> = {}): EncodableLogRecord {
  return {
    hrTime: [1_790_000_000, 5],
    hrTimeObserved: [1_790_000_000, 7],
    severityNumber: 9,
    severityText: 'INFO',
    body,
    eventName: 'order.placed',
    attributes: { 'order.id': 7 },
    droppedAttributesCount: 0,
    resource,
    instrumentationScope: scopes[0],
    ...changes,
  };
}

describe('a batch of log records', () => {
  it('is the same request as that of all its records at once, whatever order their scopes come in', () => {
    const records = ['a', 'b', 'c', 'd'].map((body, index) =>
      recordOf(body, { instrumentationScope: scopes[index % 2] ?? scopes[0] }),
    );
    const batch = new LogBatch();
    for (const record of records) batch.add(record);
    expect(batch.size).toBe(4);
    expect(Buffer.from(batch.take())).toEqual(Buffer.from(encodeLogs(records)));
  });

  it('is empty when it was taken, and takes new records without changing what was handed out', () => {
    const bodies = (request: Uint8Array): unknown[] =>
      decodeLogs(request).resourceLogs.flatMap(({ scopeLogs }) =>
        scopeLogs.flatMap(({ logRecords }) => logRecords.map(({ body }) => body)),
      );
    const batch = new LogBatch();
    batch.add(recordOf('first'));
    const first = batch.take();
    expect([batch.size, batch.take().length]).toEqual([0, 0]);
    batch.add(recordOf('second'));
    expect(bodies(first)).toEqual([{ stringValue: 'first' }]);
    expect(bodies(batch.take())).toEqual([{ stringValue: 'second' }]);
  });
});
