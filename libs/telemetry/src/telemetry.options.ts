import type { TextMapPropagator } from '@opentelemetry/api';
import type { IdGenerator, Sampler, SpanExporter, SpanLimits, SpanProcessor } from '@opentelemetry/sdk-trace';
import type { MetricReader, ViewOptions } from '@opentelemetry/sdk-metrics';
import type { Instrumentation } from '@opentelemetry/instrumentation';

/** A plain attribute value as OpenTelemetry accepts it on resources and spans. */
export type AttributeScalar = string | number | boolean;

/** Where finished spans go. A name is configured by `OTEL_*` variables; an object is used as it is. */
export type TraceExporterName = 'otlp' | 'console' | 'zipkin' | 'none';

/** Where metrics go, beside the `/metrics` endpoint. */
export type MetricExporterName = 'otlp' | 'console' | 'none';

/** Wire format of OTLP exporters (OTLP specification, "Protocol Details"). */
export type OtlpProtocol = 'http/protobuf' | 'http/json' | 'grpc';

/** What the options function of a route may look at before a span is made. */
export interface HttpRequestInfo {
  /** Upper-case method as received, e.g. `GET`. */
  readonly method: string;
  /** Path without query, e.g. `/users/42`. */
  readonly path: string;
  /** Route template when it is known, e.g. `/users/:id`. */
  readonly route: string | undefined;
  /** Request headers, names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** HTTP server and client spans. */
export interface HttpOptions {
  /**
   * Requests that make no span and no metric: exact paths, or a function.
   * @defaultValue `['/health', '/healthz', '/livez', '/readyz']` and the metrics path
   */
  ignore?: readonly string[] | ((request: HttpRequestInfo) => boolean);
  /**
   * Name of a server span. Called when the route is known; must return few distinct names.
   * @defaultValue method and route template, e.g. `GET /users/:id`
   */
  spanName?: (request: HttpRequestInfo) => string;
  /** Request headers to record as `http.request.header.<name>`. @defaultValue `[]` */
  captureRequestHeaders?: readonly string[];
  /** Response headers to record as `http.response.header.<name>`. @defaultValue `[]` */
  captureResponseHeaders?: readonly string[];
  /** Response header that carries the trace id; `false` sends none. @defaultValue `'x-trace-id'` */
  responseHeader?: string | false;
  /**
   * Whether an error makes the server span an error span.
   * @defaultValue an `HttpException` below 500 does not, everything else does
   */
  isError?: (error: unknown) => boolean;
  /** Spans and propagation for outgoing `fetch` and `node:http(s)` requests. @defaultValue `true` */
  client?: boolean;
}

/** GraphQL operations. */
export interface GraphqlOptions {
  /**
   * Spans for root fields and `@ResolveField` methods. At most 10 per place in the answer and 200 per operation.
   * @defaultValue `false`
   */
  resolvers?: boolean;
  /** The document as `graphql.document`, without comments, strings and numbers; never the variables. @defaultValue `true` */
  document?: boolean;
  /**
   * Whether an error of a resolver makes the span of the operation an error span.
   * @defaultValue an `HttpException` below 500 and what GraphQL calls the client's fault (`BAD_USER_INPUT`,
   * `UNAUTHENTICATED`, `FORBIDDEN`, a document that does not parse or fit) does not, everything else does
   */
  isError?: (error: unknown) => boolean;
}

/** WebSocket gateways. */
export interface WebsocketsOptions {
  /**
   * Whether an error of a message makes its span an error span.
   * @defaultValue a `WsException` and an `HttpException` below 500 do not, everything else does
   */
  isError?: (error: unknown) => boolean;
}

/**
 * How guards, interceptors, pipes and exception filters are shown: as events on the span of the handler, as child
 * spans, or not at all.
 */
export type LayerDetail = 'events' | 'spans' | 'off';

/** What Nest runs around a handler. */
export interface LayersOptions {
  /** In force for the whole process; of several applications the one started last decides. @defaultValue `'events'` */
  detail?: LayerDetail;
}

/** A transport of Nest that messages are traced on. */
export type MessageTransportName = 'tcp' | 'redis' | 'nats' | 'mqtt' | 'rmq' | 'kafka';

/** What the functions in the options may look at before a message is handled. */
export interface MessageInfo {
  readonly transport: MessageTransportName;
  /** Pattern of the handler, as Nest writes it, e.g. `order.created` or `{"cmd":"sum"}`. */
  readonly pattern: string;
  /** `request` for `@MessagePattern`, `event` for `@EventPattern`. */
  readonly kind: 'request' | 'event';
}

/** How the handling of an event belongs to the trace that emitted it: as a part of it, or as a new one with a link. */
export type EventTrace = 'continue' | 'link';

/** Nest microservices: `ClientProxy` and the handlers of `@MessagePattern` and `@EventPattern`. */
export interface MessagesOptions {
  /** Spans, metrics and propagation for them. @defaultValue `true` */
  enabled?: boolean;
  /**
   * Whether handling an event continues the trace of who emitted it; `'link'` starts a new trace that is linked to it.
   * Decided by message with a function; one that throws continues.
   * @defaultValue `'continue'`
   */
  events?: EventTrace | ((message: MessageInfo) => EventTrace);
}

/** Batching of finished spans; unset values fall back to `OTEL_BSP_*`. */
export interface BatchOptions {
  /** Spans sent in one request. @defaultValue 512 */
  maxExportBatchSize?: number;
  /** Spans kept in memory; more are dropped. @defaultValue 2048 */
  maxQueueSize?: number;
  /** Milliseconds between two exports. @defaultValue 5000 */
  scheduledDelayMillis?: number;
  /** Milliseconds after which an export is given up. @defaultValue 30000 */
  exportTimeoutMillis?: number;
}

/** OTLP connection; unset values fall back to `OTEL_EXPORTER_OTLP_*`. */
export interface OtlpOptions {
  /**
   * Base URL of the collector, e.g. `http://localhost:4318`. Nothing is sent over OTLP while neither this nor
   * `OTEL_EXPORTER_OTLP_ENDPOINT` is set.
   */
  endpoint?: string;
  /** @defaultValue `'http/protobuf'` */
  protocol?: OtlpProtocol;
  /** Headers (metadata for gRPC) of every request; keep credentials in `OTEL_EXPORTER_OTLP_HEADERS`. */
  headers?: Readonly<Record<string, string>>;
  /** Milliseconds for one export including its retries. @defaultValue 10000 */
  timeoutMillis?: number;
  /** @defaultValue `'none'` */
  compression?: 'none' | 'gzip';
}

/** Spans of one library of Nest, found when its module is imported. */
export interface LibraryOptions {
  /** Whether its work makes spans and metrics. @defaultValue `true` */
  enabled?: boolean;
}

/** Jobs of BullMQ. */
export interface JobsOptions extends LibraryOptions {
  /**
   * Whether a job continues the trace of whoever put it into the queue, or begins its own with a link to it. Jobs of a
   * job scheduler always begin their own, as a trace would have no end otherwise.
   * @defaultValue `'continue'`, and `'restart'` for jobs with a delay
   */
  inbound?: InboundPolicy;
}

/** Traces. */
export interface TracesOptions {
  /** @defaultValue `true` */
  enabled?: boolean;
  /**
   * Share of new traces that are recorded, 0 to 1. A remote parent's decision is followed.
   * @defaultValue `OTEL_TRACES_SAMPLER(_ARG)`, else 1
   */
  ratio?: number;
  /** Replaces the sampler built from `ratio`. */
  sampler?: Sampler;
  /** @defaultValue `OTEL_TRACES_EXPORTER`, else `['otlp']` when an endpoint is known and `[]` when not */
  exporters?: readonly (TraceExporterName | SpanExporter)[];
  /** Additional processors, run in order before the exporters. */
  processors?: readonly SpanProcessor[];
  /** Batching in front of every exporter. */
  batch?: BatchOptions;
  /** Limits of one span; unset values fall back to `OTEL_SPAN_*` and `OTEL_ATTRIBUTE_*`. */
  limits?: SpanLimits;
  /** Replaces the random id generator. */
  idGenerator?: IdGenerator;
  /** HTTP server and client spans. */
  http?: HttpOptions;
  /** GraphQL operations. */
  graphql?: GraphqlOptions;
  /** WebSocket gateways. */
  websockets?: WebsocketsOptions;
  /** Runs of `@Cron`, `@Interval` and `@Timeout` methods (`@nestjs/schedule`). */
  schedule?: LibraryOptions;
  /** Calls of `@OnEvent` methods (`@nestjs/event-emitter`). */
  events?: LibraryOptions;
  /** Jobs put into and taken from the queues of BullMQ (`@nestjs/bullmq`). */
  jobs?: JobsOptions;
  /** Commands, queries and event handlers (`@nestjs/cqrs`). */
  cqrs?: LibraryOptions;
  /** Guards, interceptors, pipes and exception filters. */
  layers?: LayersOptions;
  /**
   * One trace for the start of the application and one for its end: modules, slow providers and lifecycle hooks.
   * @defaultValue `true`, and `false` while `nest-telemetry/testing` records
   */
  lifecycle?: boolean;
  /** Messages of Nest microservices. */
  messages?: MessagesOptions;
}

/** Metrics. */
export interface MetricsOptions {
  /** @defaultValue `true` */
  enabled?: boolean;
  /** Path of the Prometheus endpoint; `false` serves none. @defaultValue `'/metrics'` */
  path?: string | false;
  /** Serves the endpoint on its own port instead of the application's; `0` picks a free one. */
  port?: number;
  /** Address the own port binds. @defaultValue `'127.0.0.1'` */
  host?: string;
  /**
   * The page is only for requests with this bearer token, or this user and password; others get 401. Take the secret from
   * the environment.
   * @defaultValue the page is for everybody who reaches it
   */
  auth?: { readonly bearer: string } | { readonly username: string; readonly password: string };
  /**
   * Values of the `Host` header, with or without port, that the page answers; others get 403. It keeps web pages whose
   * name was made to point at this machine from reading it.
   * @defaultValue all
   */
  allowedHosts?: readonly string[];
  /**
   * Names on the metrics page. `'suffixed'`: `http_server_request_duration_seconds`, as Prometheus and OpenTelemetry have
   * agreed; `'legacy'`: without units, as the OpenTelemetry exporter for Node writes them; `'utf8'`: suffixed and with
   * their dots, `http.server.request.duration_seconds`, for scrapers that ask for such names (Prometheus 3 does).
   * @defaultValue `'suffixed'`
   */
  naming?: 'suffixed' | 'legacy' | 'utf8';
  /**
   * Whether every sample of the page tells its meter (`otel_scope_name`). Metrics that two meters have always do.
   * @defaultValue `false`
   */
  scopeLabels?: boolean;
  /** Additional push exporters. @defaultValue `OTEL_METRICS_EXPORTER`, else `['otlp']` when an endpoint is known */
  exporters?: readonly MetricExporterName[];
  /** Additional readers. */
  readers?: readonly MetricReader[];
  /** Views: other names, buckets, attributes or limits for some metrics, or none of them at all. */
  views?: ViewOptions[];
  /**
   * Series (sets of attributes) one metric may have; further ones are counted together in a series with
   * `otel.metric.overflow`. A view may set another limit.
   * @defaultValue 2000
   */
  cardinalityLimit?: number;
  /** Whether histograms keep, for each bucket, the latest measurement made in a recorded trace. @defaultValue `true` */
  exemplars?: boolean;
  /** Process and event-loop metrics. @defaultValue `true` */
  runtime?: boolean;
}

/** Severity names, least first. */
export type LogLevelName = 'verbose' | 'debug' | 'log' | 'warn' | 'error' | 'fatal';

/** Logs. */
export interface LogsOptions {
  /** Whether Nest's `Logger` writes through `TelemetryLogger`. A logger the application set itself is left alone. @defaultValue `true` */
  enabled?: boolean;
  /** Least severe level that is written. @defaultValue `LOG_LEVEL`, else `'log'` */
  level?: LogLevelName;
  /** @defaultValue `LOG_FORMAT`, else `'pretty'` in a terminal and `'json'` elsewhere */
  format?: 'json' | 'pretty';
}

/** A propagator by its name in `OTEL_PROPAGATORS`. */
export type PropagatorName = 'tracecontext' | 'baggage' | 'b3' | 'b3multi' | 'jaeger' | 'none';

/**
 * What is made of received context: `continue` takes part in the sender's trace; `restart` begins an own one, with its own
 * sampling decision, keeps the sender as a link, and drops its tracestate and baggage.
 */
export type InboundPolicy = 'continue' | 'restart';

/** Cross-process context. What crosses the trust boundary is described in docs/guides/propagation.md. */
export interface PropagationOptions {
  /** Replaces W3C trace context and baggage (or what `OTEL_PROPAGATORS` names). */
  propagator?: TextMapPropagator;
  /** Baggage keys copied to spans of this service as attributes of the same name. @defaultValue `[]` */
  baggageAttributes?: readonly string[];
  /**
   * Whether HTTP requests continue the trace they come with. Set `'restart'` where strangers can call, or decide by
   * request; a function that throws restarts.
   * @defaultValue `'continue'`
   */
  inbound?: InboundPolicy | ((request: HttpRequestInfo) => InboundPolicy);
  /**
   * Whether microservice messages continue the trace they come with; as `inbound`. Decided by message with a function.
   * @defaultValue `inbound`, if that is no function, else `'continue'`
   */
  inboundMessages?: InboundPolicy | ((message: MessageInfo) => InboundPolicy);
  /**
   * Hosts that get context beside the local ones (loopback, private and link-local addresses, names of one label,
   * `.local`, `.internal`, `.svc`, `.localhost`, `.consul`, `.home.arpa`): names, `*.domain`, addresses, networks such as
   * `203.0.113.0/24`; `'*'` for all hosts.
   * @defaultValue `[]`
   */
  outboundHosts?: '*' | readonly string[];
  /**
   * Hosts whose siblings get context: `order.shop.example.com` stands for all of `shop.example.com`.
   * @defaultValue the name of this machine, if it has a domain
   */
  sameSuffixAs?: readonly string[];
  /**
   * Baggage that may be sent: keys, `prefix*`, or `'*'` for all.
   * @defaultValue `['environment', 'version', 'tenant']` and `baggageAttributes`
   */
  baggageKeys?: '*' | readonly string[];
  /** Bytes of baggage sent at most, 0 to 8192; entries that do not fit are left out. @defaultValue 2048 */
  maxBaggageBytes?: number;
}

/** A class that `autoTrace` is asked about. */
export interface AutoTraceCandidate {
  /** e.g. `OrdersService` */
  readonly className: string;
  /** Class of the module that provides it, e.g. `OrdersModule`. */
  readonly moduleName: string;
  readonly kind: 'provider' | 'controller';
}

/** Matches the name of a class or of its module: a text in which `*` stands for any characters, or a pattern; or a function that decides. */
export type AutoTracePattern = string | RegExp | ((candidate: AutoTraceCandidate) => boolean);

/** Spans for the methods of providers and controllers, as with `@Traceable()` on the class. */
export interface AutoTraceOptions {
  /** @defaultValue `['*']` */
  include?: readonly AutoTracePattern[];
  /** Wins over `include`. @defaultValue `[]` */
  exclude?: readonly AutoTracePattern[];
}

/** End of the process. */
export interface ShutdownOptions {
  /** Milliseconds `app.close()` waits for telemetry to be delivered. @defaultValue 5000 */
  timeoutMillis?: number;
}

/**
 * Options of {@link TelemetryModule.forRoot}. Every field is optional; an option wins over an `OTEL_*` variable,
 * which wins over the default.
 * @since 0.1.0
 */
export interface TelemetryOptions {
  /** `false` turns everything into working no-ops, as does `OTEL_SDK_DISABLED=true`. @defaultValue `true` */
  enabled?: boolean;
  /** `service.name`. @defaultValue `OTEL_SERVICE_NAME`, else the name in package.json */
  serviceName?: string;
  /** `service.version`. @defaultValue the version in package.json */
  serviceVersion?: string;
  /** `deployment.environment.name`. @defaultValue `ENVIRONMENT`, else `NODE_ENV` */
  environment?: string;
  /** Further resource attributes. */
  resource?: Readonly<Record<string, AttributeScalar>>;
  /** OTLP connection of all signals. */
  otlp?: OtlpOptions;
  /** Shorthand of `otlp.endpoint`. */
  endpoint?: string;
  traces?: TracesOptions;
  metrics?: MetricsOptions;
  logs?: LogsOptions;
  propagation?: PropagationOptions;
  shutdown?: ShutdownOptions;
  /** Spans for every method of the classes it matches. @defaultValue none */
  autoTrace?: AutoTraceOptions;
  /** Further instrumentations to register with the SDK. */
  instrumentations?: readonly Instrumentation[];
  /**
   * Whether a bad option stops the application at start. `false` starts it without telemetry and warns once.
   * @defaultValue `TELEMETRY_FAIL_FAST`, else `true`
   */
  failFast?: boolean;
  /** Whether the module's providers can be injected everywhere. @defaultValue `true` */
  isGlobal?: boolean;
}

/** Makes options when they are needed; used by `useClass` and `useExisting`. */
export interface TelemetryOptionsFactory {
  createTelemetryOptions(): TelemetryOptions | Promise<TelemetryOptions>;
}
