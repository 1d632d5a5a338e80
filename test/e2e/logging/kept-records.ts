import type { LogRecordProcessor, ReadWriteLogRecord } from '@opentelemetry/sdk-logs';

/** For `logs.processors`: an official processor that keeps what it is given. */
export class KeptRecords implements LogRecordProcessor {
  readonly records: ReadWriteLogRecord[] = [];

  onEmit(record: ReadWriteLogRecord): void {
    this.records.push(record);
  }

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {}
}
