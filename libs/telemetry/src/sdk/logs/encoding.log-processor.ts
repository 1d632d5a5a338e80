import { LogBatch } from '@nest-telemetry/otlp';
import type { LogRecordProcessor, ReadWriteLogRecord } from '@opentelemetry/sdk-logs';
import type { BatchOptions } from '../../telemetry.options.js';
import type { EncodingHealth, RequestSender } from '../encoding.span-processor.js';
import { LOG_QUEUE_WARNINGS, RecordQueue } from './record.queue.js';

/**
 * Batches log records for an OTLP exporter like the official batch processor (specification, "Batching processor"), but
 * as bytes: a record is encoded when it is emitted and forgotten, for the reasons of `EncodingSpanProcessor`.
 */
export class EncodingLogProcessor implements LogRecordProcessor {
  readonly #batch = new LogBatch();
  readonly #queue: RecordQueue<Uint8Array>;

  constructor(sender: RequestSender, limits: Required<BatchOptions>, health: EncodingHealth) {
    this.#queue = new RecordQueue(this.#batch, sender, limits, health, LOG_QUEUE_WARNINGS);
  }

  onEmit(record: ReadWriteLogRecord): void {
    if (!this.#queue.hasRoom()) return;
    this.#batch.add(record);
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
