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
