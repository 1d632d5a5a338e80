import type { EncodableLogRecord } from '../encodable.js';
import { type EncodeOptions, resolveLimits } from '../encode.options.js';
import { logKind } from './log.record.encoder.js';
import { ProtobufWriter } from './protobuf.writer.js';
import { RecordBatch } from './record.batch.js';

/**
 * Log records on their way into one ExportLogsServiceRequest: each is encoded when it is added, as in `SpanBatch`.
 * @since 0.1.0
 */
export class LogBatch {
  readonly #batch: RecordBatch<EncodableLogRecord>;

  constructor(options?: EncodeOptions) {
    const writer = new ProtobufWriter();
    writer.reset(resolveLimits(options));
    this.#batch = new RecordBatch(writer, logKind, options);
  }

  /** How many records are in it. */
  get size(): number {
    return this.#batch.size;
  }

  /** Adds one record. Never throws; see `encodeLogs` for what cannot be encoded. */
  add(record: EncodableLogRecord): void {
    this.#batch.add(record);
  }

  /** The request with all records, grouped by resource and scope, in memory of its own; the batch is empty afterwards. */
  take(): Uint8Array {
    const request = this.#batch.request();
    this.#batch.clear();
    return request;
  }
}
