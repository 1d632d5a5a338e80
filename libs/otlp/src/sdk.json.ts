// OTLP/JSON of what the SDK hands out. It goes through the protobuf form, so that there is one place only that knows
// what to do with values nobody expects.
import { decodeProtobuf, encodeJson } from './codec.js';
import type { EncodableLogRecord, EncodableMetrics, EncodableSpan } from './encodable.js';
import type { EncodeOptions } from './encode.options.js';
import type { MessageType } from './model/message.type.js';
import { logsData, metricsData, tracesData } from './model/otlp.schema.js';
import { encodeLogs } from './protobuf/logs.encoder.js';
import { encodeMetrics } from './protobuf/metrics.encoder.js';
import { encodeTraces } from './protobuf/traces.encoder.js';

const OWN_BYTES = { maxMemory: Number.POSITIVE_INFINITY, maxDepth: Number.POSITIVE_INFINITY };

/**
 * Encodes spans as OTLP/JSON, for receivers that know no protobuf; otherwise like {@link encodeTraces}, and slower.
 * @since 0.1.0
 */
export function encodeTracesJson(spans: readonly EncodableSpan[], options?: EncodeOptions): Uint8Array {
  return toJson(tracesData, encodeTraces(spans, options));
}

/**
 * Encodes log records as OTLP/JSON; see {@link encodeLogs}.
 * @since 0.1.0
 */
export function encodeLogsJson(records: readonly EncodableLogRecord[], options?: EncodeOptions): Uint8Array {
  return toJson(logsData, encodeLogs(records, options));
}

/**
 * Encodes metrics as OTLP/JSON; see {@link encodeMetrics}.
 * @since 0.1.0
 */
export function encodeMetricsJson(metrics: EncodableMetrics, options?: EncodeOptions): Uint8Array {
  return toJson(metricsData, encodeMetrics(metrics, options));
}

function toJson(type: MessageType, bytes: Uint8Array): Uint8Array {
  return encodeJson(type, decodeProtobuf(type, bytes, OWN_BYTES));
}
