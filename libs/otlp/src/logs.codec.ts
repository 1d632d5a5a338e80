import { decodeJson, decodeProtobuf, encodeJson, encodeProtobuf } from './codec.js';
import type { DecodeOptions } from './decode.options.js';
import type { MessageData } from './model/message.type.js';
import type { LogsData } from './model/otlp.data.js';
import { logsData } from './model/otlp.schema.js';

/**
 * Decodes a protobuf ExportLogsServiceRequest. Unknown fields are passed over.
 * @throws {OtlpDecodeError} when the bytes are malformed or beyond a limit, and nothing else
 * @since 0.1.0
 */
export function decodeLogs(bytes: Uint8Array, options?: DecodeOptions): LogsData {
  return decodeProtobuf(logsData, bytes, options) as unknown as LogsData;
}

/**
 * Decodes the OTLP/JSON form of an ExportLogsServiceRequest. Unknown names are passed over.
 * @throws {OtlpDecodeError} when the text is malformed or beyond a limit, and nothing else
 * @since 0.1.0
 */
export function decodeLogsJson(json: Uint8Array | string, options?: DecodeOptions): LogsData {
  return decodeJson(logsData, json, options) as unknown as LogsData;
}

/**
 * Encodes decoded data as protobuf again.
 * @since 0.1.0
 */
export function encodeLogsData(data: LogsData): Uint8Array {
  return encodeProtobuf(logsData, data as unknown as MessageData);
}

/**
 * Encodes decoded data as OTLP/JSON.
 * @since 0.1.0
 */
export function encodeLogsDataJson(data: LogsData): Uint8Array {
  return encodeJson(logsData, data as unknown as MessageData);
}
