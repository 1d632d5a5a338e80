// What the encoders read, as structural types: the SDK's own objects fit, and this package needs no import of them.

/** Seconds and nanoseconds since the Unix epoch. */
export type EncodableTime = readonly [seconds: number, nanoseconds: number];

/** Attribute values may be anything; what OTLP cannot say becomes an empty value. */
export type EncodableAttributes = Readonly<Record<string, unknown>>;

/** What produced the telemetry; an OpenTelemetry `Resource` fits. */
export interface EncodableResource {
  readonly attributes: EncodableAttributes;
  readonly schemaUrl?: string | undefined;
  /** While this is true the encoded bytes are not remembered. */
  readonly asyncAttributesPending?: boolean | undefined;
}

/** The library that made the telemetry; an OpenTelemetry `InstrumentationScope` fits. */
export interface EncodableScope {
  readonly name: string;
  readonly version?: string | undefined;
  readonly schemaUrl?: string | undefined;
  readonly attributes?: EncodableAttributes | undefined;
  readonly droppedAttributesCount?: number | undefined;
}

/** An OpenTelemetry `SpanContext` fits. */
export interface EncodableSpanContext {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** 16 hexadecimal digits. */
  readonly spanId: string;
  readonly traceFlags: number;
  readonly traceState?: { serialize(): string } | undefined;
  readonly isRemote?: boolean | undefined;
}

export interface EncodableEvent {
  readonly time: EncodableTime;
  readonly name: string;
  readonly attributes?: EncodableAttributes | undefined;
  readonly droppedAttributesCount?: number | undefined;
}

export interface EncodableLink {
  readonly context: EncodableSpanContext;
  readonly attributes?: EncodableAttributes | undefined;
  readonly droppedAttributesCount?: number | undefined;
}

/** A finished span; a `ReadableSpan` of `@opentelemetry/sdk-trace` fits. */
export interface EncodableSpan {
  readonly name: string;
  /** `SpanKind` of the OpenTelemetry API: 0 internal, 1 server, 2 client, 3 producer, 4 consumer. */
  readonly kind: number;
  readonly spanContext: () => EncodableSpanContext;
  readonly parentSpanContext?: EncodableSpanContext | undefined;
  readonly startTime: EncodableTime;
  readonly endTime: EncodableTime;
  readonly status: { readonly code: number; readonly message?: string | undefined };
  readonly attributes: EncodableAttributes;
  readonly events: readonly EncodableEvent[];
  readonly links: readonly EncodableLink[];
  readonly resource: EncodableResource;
  readonly instrumentationScope: EncodableScope;
  readonly droppedAttributesCount: number;
  readonly droppedEventsCount: number;
  readonly droppedLinksCount: number;
}

/** A log record; a `ReadableLogRecord` of `@opentelemetry/sdk-logs` fits. */
export interface EncodableLogRecord {
  readonly hrTime: EncodableTime;
  readonly hrTimeObserved: EncodableTime;
  readonly spanContext?: EncodableSpanContext | undefined;
  readonly severityText?: string | undefined;
  /** 1 to 24; see the OpenTelemetry log data model. */
  readonly severityNumber?: number | undefined;
  readonly body?: unknown;
  readonly eventName?: string | undefined;
  readonly attributes: EncodableAttributes;
  readonly droppedAttributesCount: number;
  readonly resource: EncodableResource;
  readonly instrumentationScope: EncodableScope;
}

/** One measurement kept as an example of a data point. */
export interface EncodableExemplar {
  /** Attributes of the measurement that the data point does not have. */
  readonly filteredAttributes?: EncodableAttributes | undefined;
  readonly value: number;
  readonly timestamp: EncodableTime;
  readonly traceId?: string | undefined;
  readonly spanId?: string | undefined;
}

/** A `DataPoint` of `@opentelemetry/sdk-metrics` fits; exemplars are ours, as the SDK has none yet. */
export interface EncodableDataPoint<Value> {
  readonly startTime: EncodableTime;
  readonly endTime: EncodableTime;
  readonly attributes: EncodableAttributes;
  readonly value: Value;
  readonly exemplars?: readonly EncodableExemplar[] | undefined;
}

export interface EncodableHistogram {
  readonly buckets: { readonly boundaries: readonly number[]; readonly counts: readonly number[] };
  readonly sum?: number | undefined;
  readonly count: number;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}

export interface EncodableBuckets {
  readonly offset: number;
  readonly bucketCounts: readonly number[];
}

export interface EncodableExponentialHistogram {
  readonly count: number;
  readonly sum?: number | undefined;
  readonly scale: number;
  readonly zeroCount: number;
  readonly zeroThreshold?: number | undefined;
  readonly positive: EncodableBuckets;
  readonly negative: EncodableBuckets;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}

/** No part of the SDK makes summaries; they come from bridges to other metric libraries. */
export interface EncodableSummary {
  readonly count: number;
  readonly sum: number;
  readonly quantiles: readonly { readonly quantile: number; readonly value: number }[];
}

interface EncodableMetricBase {
  readonly descriptor: {
    readonly name: string;
    readonly description: string;
    readonly unit: string;
    /** `ValueType` of the OpenTelemetry API: 0 integer, 1 double. */
    readonly valueType: number;
  };
  /** `AggregationTemporality` of the SDK: 0 delta, 1 cumulative. */
  readonly aggregationTemporality: number;
}

/** `dataPointType` is the SDK's: 0 histogram, 1 exponential histogram, 2 gauge, 3 sum. Ours: 'summary'. */
export type EncodableMetric = EncodableMetricBase &
  (
    | { readonly dataPointType: 0; readonly dataPoints: readonly EncodableDataPoint<EncodableHistogram>[] }
    | {
        readonly dataPointType: 1;
        readonly dataPoints: readonly EncodableDataPoint<EncodableExponentialHistogram>[];
      }
    | { readonly dataPointType: 2; readonly dataPoints: readonly EncodableDataPoint<number>[] }
    | {
        readonly dataPointType: 3;
        readonly dataPoints: readonly EncodableDataPoint<number>[];
        readonly isMonotonic: boolean;
      }
    | {
        readonly dataPointType: 'summary';
        readonly dataPoints: readonly EncodableDataPoint<EncodableSummary>[];
      }
  );

/** What one collection yields; `ResourceMetrics` of `@opentelemetry/sdk-metrics` fits. */
export interface EncodableMetrics {
  readonly resource: EncodableResource;
  readonly scopeMetrics: readonly {
    readonly scope: EncodableScope;
    readonly metrics: readonly EncodableMetric[];
  }[];
}
