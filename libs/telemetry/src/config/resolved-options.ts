import type { TextMapPropagator } from '@opentelemetry/api';
import type { Instrumentation } from '@opentelemetry/instrumentation';
import type { IdGenerator, Sampler, SpanExporter, SpanLimits, SpanProcessor } from '@opentelemetry/sdk-trace';
import type { LogRecordExporter, LogRecordLimits, LogRecordProcessor } from '@opentelemetry/sdk-logs';
import type { MetricReader, ViewOptions } from '@opentelemetry/sdk-metrics';
import type {
  AttributeScalar,
  AutoTraceCandidate,
  BatchOptions,
  DeliveryMode,
  EventTrace,
  HttpRequestInfo,
  InboundPolicy,
  LayerDetail,
  LogExporterName,
  LogLevelName,
  MessageInfo,
  MetricExporterName,
  MetricsOptions,
  OtlpOptions,
  OtlpProtocol,
  PropagatorName,
  RedactionOptions,
  TraceExporterName,
} from '../telemetry.options.js';
import type { SamplerSettings } from './sampler-settings.js';
import type { SamplingChoices } from './sampling-choices.js';

/** HTTP options with every default applied. */
export interface ResolvedHttpOptions {
  readonly ignore: (request: HttpRequestInfo) => boolean;
  readonly spanName: ((request: HttpRequestInfo) => string) | undefined;
  readonly captureRequestHeaders: readonly string[];
  readonly captureResponseHeaders: readonly string[];
  readonly responseHeader: string | undefined;
  readonly isError: (error: unknown) => boolean;
  readonly client: boolean;
}

/** GraphQL options with every default applied. */
export interface ResolvedGraphqlOptions {
  readonly resolvers: boolean;
  readonly document: boolean;
  /** Never throws. */
  readonly isError: (error: unknown) => boolean;
}

/** Options of WebSocket gateways with every default applied. */
export interface ResolvedWebsocketsOptions {
  /** Never throws. */
  readonly isError: (error: unknown) => boolean;
}

/** Options of messages with every default applied. */
export interface ResolvedMessagesOptions {
  readonly enabled: boolean;
  /** Never throws. */
  readonly events: (message: MessageInfo) => EventTrace;
}

/** See `SpanHygieneOptions`. */
export interface ResolvedHygieneOptions {
  readonly openMillis: number;
  readonly explain: boolean;
  readonly announceMillis: number | undefined;
}

/** Options of delivery with every default applied. */
export interface ResolvedDelivery {
  readonly mode: DeliveryMode;
  /** Somebody asked for it, or said where. */
  readonly isExplicit: boolean;
  /** Absolute; absent where nothing is known of a place for state. */
  readonly directory: string | undefined;
  readonly maxBytes: number;
  readonly maxAgeMillis: number;
  readonly interrupted: boolean;
  /** Pause between two requests, in milliseconds. */
  readonly batchDelayMillis: number;
  /** Most spans of one request. */
  readonly batchRecords: number;
}

/**
 * {@link TelemetryOptions} after explicit options, environment and defaults were merged: nothing else is read
 * while the application runs. Frozen.
 */
export interface ResolvedOptions {
  readonly enabled: boolean;
  readonly serviceName: string;
  readonly serviceVersion: string | undefined;
  readonly environment: string | undefined;
  readonly resource: Readonly<Record<string, AttributeScalar>>;
  /** Only what was set explicitly; exporters read the rest from the environment themselves. */
  readonly otlp: OtlpOptions;
  /** Whether the environment names certificates for OTLP over TLS. */
  readonly otlpCertificates: boolean;
  readonly delivery: ResolvedDelivery;
  readonly traces: {
    readonly enabled: boolean;
    readonly sampler: Sampler | undefined;
    /** Describes the sampler, unless `sampler` is one. */
    readonly sampling: SamplerSettings;
    readonly choices: SamplingChoices;
    readonly exporters: readonly (TraceExporterName | SpanExporter)[];
    /** Protocol of the `otlp` exporter. */
    readonly protocol: OtlpProtocol;
    /** Where the `otlp` exporter sends to, as it is shown to people. */
    readonly otlpTarget: string;
    readonly processors: readonly SpanProcessor[];
    readonly batch: Required<BatchOptions>;
    readonly limits: SpanLimits;
    /** `undefined` where nobody looks for spans that are never ended. */
    readonly hygiene: ResolvedHygieneOptions | undefined;
    readonly idGenerator: IdGenerator | undefined;
    readonly http: ResolvedHttpOptions;
    readonly graphql: ResolvedGraphqlOptions;
    readonly websockets: ResolvedWebsocketsOptions;
    readonly schedule: { readonly enabled: boolean };
    readonly events: { readonly enabled: boolean };
    readonly jobs: {
      readonly enabled: boolean;
      /** Absent to decide by the job. */
      readonly inbound: InboundPolicy | undefined;
    };
    readonly cqrs: { readonly enabled: boolean };
    readonly layers: { readonly detail: LayerDetail };
    /** Undefined where nobody said, which a recorder takes for no. */
    readonly lifecycle: boolean | undefined;
    readonly messages: ResolvedMessagesOptions;
  };
  readonly metrics: {
    readonly enabled: boolean;
    readonly path: string | undefined;
    readonly port: number | undefined;
    readonly host: string;
    readonly auth: MetricsOptions['auth'];
    readonly allowedHosts: readonly string[] | undefined;
    readonly naming: 'suffixed' | 'legacy' | 'utf8';
    readonly scopeLabels: boolean;
    readonly cluster: boolean;
    readonly exporters: readonly MetricExporterName[];
    /** Protocol of the `otlp` exporter. */
    readonly protocol: OtlpProtocol;
    /** Where the `otlp` exporter sends to, as it is shown to people. */
    readonly otlpTarget: string;
    readonly exportIntervalMillis: number;
    readonly exportTimeoutMillis: number;
    readonly readers: readonly MetricReader[];
    readonly views: ViewOptions[];
    readonly cardinalityLimit: number;
    readonly exemplars: boolean;
    readonly runtime: boolean;
    readonly system: boolean;
  };
  readonly logs: {
    readonly enabled: boolean;
    readonly level: LogLevelName;
    readonly format: 'json' | 'pretty';
    readonly levels: Readonly<Record<string, LogLevelName>>;
    readonly exporters: readonly (LogExporterName | LogRecordExporter)[];
    /** Protocol of the `otlp` exporter. */
    readonly protocol: OtlpProtocol;
    /** Where the `otlp` exporter sends to, as it is shown to people. */
    readonly otlpTarget: string;
    readonly processors: readonly LogRecordProcessor[];
    readonly batch: Required<BatchOptions>;
    readonly limits: LogRecordLimits;
    /** Which requests get a wide event; absent while none does. Never throws. */
    readonly wideEvents: ((request: HttpRequestInfo) => boolean) | undefined;
    /** Whether the routes are told at start. */
    readonly routes: boolean;
  };
  readonly propagation: {
    readonly propagator: TextMapPropagator | undefined;
    /** Used when there is no `propagator`. */
    readonly propagators: readonly PropagatorName[];
    readonly baggageAttributes: readonly string[];
    /** Never throws. */
    readonly inbound: (request: HttpRequestInfo) => InboundPolicy;
    /** Never throws. */
    readonly inboundMessages: (message: MessageInfo) => InboundPolicy;
    readonly outboundHosts: '*' | readonly string[];
    readonly sameSuffixAs: readonly string[];
    readonly baggageKeys: '*' | readonly string[];
    readonly maxBaggageBytes: number;
  };
  /** As given; what it comes to is made in `processors/redaction/`, where the standard rules are. */
  readonly redaction: RedactionOptions;
  readonly shutdown: {
    /** For telemetry to be delivered. */
    readonly timeoutMillis: number;
    /** For what the application has begun, before that; and for a flush. */
    readonly settleMillis: number;
  };
  /** Which classes are traced method by method; never throws. */
  readonly autoTrace: ((candidate: AutoTraceCandidate) => boolean) | undefined;
  readonly instrumentations: readonly Instrumentation[];
  readonly failFast: boolean;
}
