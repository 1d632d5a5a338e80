import { decodeJson, decodeProtobuf, encodeJson, encodeProtobuf } from './codec.js';
import type { DecodeOptions } from './decode.options.js';
import type { MessageData } from './model/message.type.js';
import type { TracesData } from './model/otlp.data.js';
import { tracesData } from './model/otlp.schema.js';

/**
 * Decodes a protobuf ExportTraceServiceRequest. Unknown fields are passed over.
 * @throws {OtlpDecodeError} when the bytes are malformed or beyond a limit, and nothing else
 * @since 0.1.0
 */
export function decodeTraces(bytes: Uint8Array, options?: DecodeOptions): TracesData {
  return decodeProtobuf(tracesData, bytes, options) as unknown as TracesData;
}

/**
 * Decodes the OTLP/JSON form of an ExportTraceServiceRequest. Unknown names are passed over.
 * @throws {OtlpDecodeError} when the text is malformed or beyond a limit, and nothing else
 * @since 0.1.0
 */
export function decodeTracesJson(json: Uint8Array | string, options?: DecodeOptions): TracesData {
  return decodeJson(tracesData, json, options) as unknown as TracesData;
}

/**
 * Encodes decoded data as protobuf again.
 * @since 0.1.0
 */
export function encodeTracesData(data: TracesData): Uint8Array {
  return encodeProtobuf(tracesData, data as unknown as MessageData);
}

/**
 * Encodes decoded data as OTLP/JSON.
 * @since 0.1.0
 */
export function encodeTracesDataJson(data: TracesData): Uint8Array {
  return encodeJson(tracesData, data as unknown as MessageData);
}
