export type { DecodeOptions } from './decode.options.js';
export type {
  EncodableAttributes,
  EncodableBuckets,
  EncodableDataPoint,
  EncodableEvent,
  EncodableExemplar,
  EncodableExponentialHistogram,
  EncodableHistogram,
  EncodableLink,
  EncodableLogRecord,
  EncodableMetric,
  EncodableMetrics,
  EncodableResource,
  EncodableScope,
  EncodableSpan,
  EncodableSpanContext,
  EncodableSummary,
  EncodableTime,
} from './encodable.js';
export type { EncodeOptions } from './encode.options.js';
export {
  decodeExportResponse,
  decodeExportResponseJson,
  encodeExportResponse,
  encodeExportResponseJson,
  type PartialSuccess,
  type Signal,
} from './export.response.js';
export { decodeLogs, decodeLogsJson, encodeLogsData, encodeLogsDataJson } from './logs.codec.js';
export {
  decodeMetrics,
  decodeMetricsJson,
  encodeMetricsData,
  encodeMetricsDataJson,
} from './metrics.codec.js';
export type {
  AnyValue,
  BucketsData,
  EntityRefData,
  EventData,
  ExemplarData,
  ExponentialHistogramPointData,
  HistogramPointData,
  KeyValue,
  LinkData,
  LogRecordData,
  LogsData,
  MetricData,
  MetricsData,
  NumberPointData,
  ResourceData,
  ResourceLogsData,
  ResourceMetricsData,
  ResourceSpansData,
  ScopeData,
  ScopeLogsData,
  ScopeMetricsData,
  ScopeSpansData,
  SpanData,
  SummaryPointData,
  TracesData,
} from './model/otlp.data.js';
export { OtlpDecodeError, type OtlpDecodeErrorCode } from './otlp.errors.js';
export { plainAttributes, plainValue, type PlainValue } from './plain.values.js';
export { encodeResource, encodeScope, wrapFramed } from './protobuf/envelope.encoder.js';
export { LogBatch } from './protobuf/log.batch.js';
export { encodeLogRecord, encodeLogs, wrapLogRecords } from './protobuf/logs.encoder.js';
export { encodeMetric, encodeMetrics } from './protobuf/metrics.encoder.js';
export type { AttributeParts } from './protobuf/shared.attributes.encoder.js';
export { SpanBatch } from './protobuf/span.batch.js';
export { SpanRecorder } from './protobuf/span.recorder.js';
export { encodeSpan, encodeTraces, wrapSpans } from './protobuf/traces.encoder.js';
export { encodeLogsJson, encodeMetricsJson, encodeTracesJson } from './sdk.json.js';
export { decodeTraces, decodeTracesJson, encodeTracesData, encodeTracesDataJson } from './traces.codec.js';
