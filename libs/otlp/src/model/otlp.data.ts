// The messages of opentelemetry-proto 1.x as the decoders return them. Names are those of OTLP/JSON. Ids are lower-case
// hexadecimal digits ('' when absent), 64-bit integers are bigints, and a field without a value in the message has the
// default of protobuf; only what protobuf itself can tell from its default is optional here.

/** One value; at most one of the fields is set, none for an empty value. */
export interface AnyValue {
  stringValue?: string;
  boolValue?: boolean;
  intValue?: bigint;
  doubleValue?: number;
  arrayValue?: { values: AnyValue[] };
  kvlistValue?: { values: KeyValue[] };
  bytesValue?: Uint8Array;
}

export interface KeyValue {
  key: string;
  value?: AnyValue;
}

export interface EntityRefData {
  schemaUrl: string;
  type: string;
  idKeys: string[];
  descriptionKeys: string[];
}

export interface ResourceData {
  attributes: KeyValue[];
  droppedAttributesCount: number;
  entityRefs: EntityRefData[];
}

export interface ScopeData {
  name: string;
  version: string;
  attributes: KeyValue[];
  droppedAttributesCount: number;
}

export interface EventData {
  timeUnixNano: bigint;
  name: string;
  attributes: KeyValue[];
  droppedAttributesCount: number;
}

export interface LinkData {
  traceId: string;
  spanId: string;
  traceState: string;
  attributes: KeyValue[];
  droppedAttributesCount: number;
  flags: number;
}

export interface SpanData {
  traceId: string;
  spanId: string;
  traceState: string;
  parentSpanId: string;
  /** Lowest byte: W3C trace flags; 0x100: it is known whether the parent is remote; 0x200: it is. */
  flags: number;
  name: string;
  /** 0 unspecified, 1 internal, 2 server, 3 client, 4 producer, 5 consumer. */
  kind: number;
  startTimeUnixNano: bigint;
  endTimeUnixNano: bigint;
  attributes: KeyValue[];
  droppedAttributesCount: number;
  events: EventData[];
  droppedEventsCount: number;
  links: LinkData[];
  droppedLinksCount: number;
  /** `code`: 0 unset, 1 ok, 2 error. */
  status?: { message: string; code: number };
}

export interface ScopeSpansData {
  scope?: ScopeData;
  spans: SpanData[];
  schemaUrl: string;
}

export interface ResourceSpansData {
  resource?: ResourceData;
  scopeSpans: ScopeSpansData[];
  schemaUrl: string;
}

export interface TracesData {
  resourceSpans: ResourceSpansData[];
}

export interface LogRecordData {
  timeUnixNano: bigint;
  observedTimeUnixNano: bigint;
  severityNumber: number;
  severityText: string;
  body?: AnyValue;
  attributes: KeyValue[];
  droppedAttributesCount: number;
  flags: number;
  traceId: string;
  spanId: string;
  eventName: string;
}

export interface ScopeLogsData {
  scope?: ScopeData;
  logRecords: LogRecordData[];
  schemaUrl: string;
}

export interface ResourceLogsData {
  resource?: ResourceData;
  scopeLogs: ScopeLogsData[];
  schemaUrl: string;
}

export interface LogsData {
  resourceLogs: ResourceLogsData[];
}

export interface ExemplarData {
  filteredAttributes: KeyValue[];
  timeUnixNano: bigint;
  asDouble?: number;
  asInt?: bigint;
  spanId: string;
  traceId: string;
}

interface PointData {
  attributes: KeyValue[];
  startTimeUnixNano: bigint;
  timeUnixNano: bigint;
  /** 1: no value was recorded. */
  flags: number;
}

export interface NumberPointData extends PointData {
  asDouble?: number;
  asInt?: bigint;
  exemplars: ExemplarData[];
}

export interface HistogramPointData extends PointData {
  count: bigint;
  sum?: number;
  bucketCounts: bigint[];
  explicitBounds: number[];
  exemplars: ExemplarData[];
  min?: number;
  max?: number;
}

export interface BucketsData {
  offset: number;
  bucketCounts: bigint[];
}

export interface ExponentialHistogramPointData extends PointData {
  count: bigint;
  sum?: number;
  scale: number;
  zeroCount: bigint;
  positive?: BucketsData;
  negative?: BucketsData;
  exemplars: ExemplarData[];
  min?: number;
  max?: number;
  zeroThreshold: number;
}

export interface SummaryPointData extends PointData {
  count: bigint;
  sum: number;
  quantileValues: { quantile: number; value: number }[];
}

/** Exactly one of the five kinds of data is set. `aggregationTemporality`: 1 delta, 2 cumulative. */
export interface MetricData {
  name: string;
  description: string;
  unit: string;
  gauge?: { dataPoints: NumberPointData[] };
  sum?: { dataPoints: NumberPointData[]; aggregationTemporality: number; isMonotonic: boolean };
  histogram?: { dataPoints: HistogramPointData[]; aggregationTemporality: number };
  exponentialHistogram?: { dataPoints: ExponentialHistogramPointData[]; aggregationTemporality: number };
  summary?: { dataPoints: SummaryPointData[] };
  metadata: KeyValue[];
}

export interface ScopeMetricsData {
  scope?: ScopeData;
  metrics: MetricData[];
  schemaUrl: string;
}

export interface ResourceMetricsData {
  resource?: ResourceData;
  scopeMetrics: ScopeMetricsData[];
  schemaUrl: string;
}

export interface MetricsData {
  resourceMetrics: ResourceMetricsData[];
}
