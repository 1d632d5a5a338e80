import type { LogRecordProcessor, ReadableLogRecord, ReadWriteLogRecord } from '@opentelemetry/sdk-logs';
import type { BatchOptions } from '../../telemetry.options.js';
import type { EncodingHealth } from '../encoding.span-processor.js';
import { LOG_QUEUE_WARNINGS, RecordQueue, type Sender } from './record.queue.js';

/**
 * Batches log records for exporters that take them as objects. The official processor drops records without a word, loses
 * some when it is shut down during a flush, and keeps a process alive that wants to end.
 */
export class BatchingLogProcessor implements LogRecordProcessor {
  readonly #records: ReadableLogRecord[] = [];
  readonly #queue: RecordQueue<ReadableLogRecord[]>;

  constructor(sender: Sender<ReadableLogRecord[]>, limits: Required<BatchOptions>, health: EncodingHealth) {
    const sizeOf = (): number => this.#records.length;
    const batch = {
      get size() {
        return sizeOf();
      },
      take: () => this.#records.splice(0),
    };
    this.#queue = new RecordQueue(batch, sender, limits, health, LOG_QUEUE_WARNINGS);
  }

  onEmit(record: ReadWriteLogRecord): void {
    if (!this.#queue.hasRoom()) return;
    this.#records.push(record);
    this.#queue.added(record.resource);
  }

  /** Resolves when everything that had been emitted before the call was sent or given up. */
  forceFlush(): Promise<void> {
    return this.#queue.flush();
  }

  /** Sends what is waiting and takes no more. */
  shutdown(): Promise<void> {
    return this.#queue.shutdown();
  }
}
