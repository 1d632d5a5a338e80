import { decodeJson, decodeProtobuf, encodeJson, encodeProtobuf } from './codec.js';
import type { DecodeOptions } from './decode.options.js';
import type { MessageData } from './model/message.type.js';
import type { MetricsData } from './model/otlp.data.js';
import { metricsData } from './model/otlp.schema.js';

/**
 * Decodes a protobuf ExportMetricsServiceRequest. Unknown fields are passed over.
 * @throws {OtlpDecodeError} when the bytes are malformed or beyond a limit, and nothing else
 * @since 0.1.0
 */
export function decodeMetrics(bytes: Uint8Array, options?: DecodeOptions): MetricsData {
  return decodeProtobuf(metricsData, bytes, options) as unknown as MetricsData;
}

/**
 * Decodes the OTLP/JSON form of an ExportMetricsServiceRequest. Unknown names are passed over.
 * @throws {OtlpDecodeError} when the text is malformed or beyond a limit, and nothing else
 * @since 0.1.0
 */
export function decodeMetricsJson(json: Uint8Array | string, options?: DecodeOptions): MetricsData {
  return decodeJson(metricsData, json, options) as unknown as MetricsData;
}

/**
 * Encodes decoded data as protobuf again.
 * @since 0.1.0
 */
export function encodeMetricsData(data: MetricsData): Uint8Array {
  return encodeProtobuf(metricsData, data as unknown as MessageData);
}

/**
 * Encodes decoded data as OTLP/JSON.
 * @since 0.1.0
 */
export function encodeMetricsDataJson(data: MetricsData): Uint8Array {
  return encodeJson(metricsData, data as unknown as MessageData);
}
