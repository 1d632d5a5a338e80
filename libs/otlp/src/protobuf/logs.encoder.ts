import type { EncodableLogRecord, EncodableResource, EncodableScope } from '../encodable.js';
import type { EncodeOptions } from '../encode.options.js';
import { wrapMessages } from './envelope.encoder.js';
import { logKind } from './log.record.encoder.js';
import { encodeRecord, encodeRequest } from './request.encoder.js';

/**
 * Encodes log records as a protobuf ExportLogsServiceRequest, grouped by resource and scope objects. Never throws: a
 * value that cannot be encoded is left out and counted as dropped; a record of which nothing can be read is left out
 * and reported to `onDropped`.
 * @since 0.1.0
 */
export function encodeLogs(records: readonly EncodableLogRecord[], options?: EncodeOptions): Uint8Array {
  return encodeRequest(records, logKind, options);
}

/**
 * Encodes one log record as a bare protobuf LogRecord; see {@link encodeSpan}.
 * @since 0.1.0
 */
export function encodeLogRecord(record: EncodableLogRecord, options?: EncodeOptions): Uint8Array | undefined {
  return encodeRecord(record, logKind, options);
}

/**
 * Puts encoded log records of one resource and scope into an ExportLogsServiceRequest; see {@link wrapSpans}.
 * @since 0.1.0
 */
export function wrapLogRecords(
  resource: EncodableResource | Uint8Array,
  scope: EncodableScope | Uint8Array,
  records: readonly Uint8Array[],
): Uint8Array {
  return wrapMessages(resource, scope, records);
}
