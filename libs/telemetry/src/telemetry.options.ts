import type { TextMapPropagator } from '@opentelemetry/api';
import type { IdGenerator, Sampler, SpanExporter, SpanLimits, SpanProcessor } from '@opentelemetry/sdk-trace';
import type { LogRecordExporter, LogRecordLimits, LogRecordProcessor } from '@opentelemetry/sdk-logs';
import type { MetricReader, ViewOptions } from '@opentelemetry/sdk-metrics';
import type { Instrumentation } from '@opentelemetry/instrumentation';

/** A plain attribute value as OpenTelemetry accepts it on resources and spans. */
export type AttributeScalar = string | number | boolean;

/** Where finished spans go. A name is configured by `OTEL_*` variables; an object is used as it is. */
export type TraceExporterName = 'otlp' | 'console' | 'zipkin' | 'none';

/** Where metrics go, beside the `/metrics` endpoint. */
export type MetricExporterName = 'otlp' | 'console' | 'none';

/** Where log records go, beside standard output. An object is used as it is. */
export type LogExporterName = 'otlp' | 'console' | 'none';

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

/** Which spans a rule is about. Everything that is given has to match; in texts, `*` stands for any characters. */
export interface SpanCriteria {
  /** Request method, e.g. `POST`, or several. */
  readonly method?: string | readonly string[];
  /** Path of the URL without query, e.g. `/users/*`. */
  readonly path?: string | RegExp;
  /** Host the request was sent to, without port, as its sender wrote it. */
  readonly host?: string | RegExp;
  /** Name of the span. */
  readonly name?: string | RegExp;
  readonly kind?: 'internal' | 'server' | 'client' | 'producer' | 'consumer';
  /** Other attributes by name: a value, or a pattern for a text. */
  readonly attributes?: Readonly<Record<string, AttributeScalar | RegExp>>;
}

/**
 * A rule about traces that begin here. It sees what is known when their first span starts: no route yet, no status.
 * @since 0.1.0
 */
export interface SamplingRule extends SpanCriteria {
  /** All of them, none of them (not even those `keep` would keep), or this share, 0 to 1. */
  readonly sample: 'keep' | 'drop' | number;
}

/**
 * A rule about traces whose part in this service is over.
 * @since 0.1.0
 */
export interface KeepRule extends SpanCriteria {
  /** Template of the route, e.g. `/users/:id`. */
  readonly route?: string | RegExp;
  /** All of them, none of them, or this share, 0 to 1. */
  readonly sample: 'keep' | 'drop' | number;
}

/**
 * What is made of the decision of a parent (OpenTelemetry specification, "ParentBased"): `'sample'`, `'drop'`, a share from
 * 0 to 1, or `'root'`: what would be decided if there were no parent.
 */
export type ParentDecision = 'sample' | 'drop' | 'root' | number;

/**
 * Sampling of spans that have a parent, by where it is and whether it is sampled.
 * @since 0.1.0
 */
export interface ParentSamplingOptions {
  /** @defaultValue `'sample'` */
  remoteSampled?: ParentDecision;
  /** @defaultValue `'drop'` */
  remoteNotSampled?: ParentDecision;
  /** @defaultValue `'sample'` */
  localSampled?: ParentDecision;
  /** @defaultValue `'drop'` */
  localNotSampled?: ParentDecision;
}

/**
 * A ratio that rises with the share of requests that fail, for each kind of request by itself.
 * @since 0.1.0
 */
export interface ErrorRateSamplingOptions {
  /** The ratio at `fullAt` and above; `traces.ratio` is the one without errors. @defaultValue 1 */
  maxRatio?: number;
  /** Share of failing requests, above 0 to 1, from which on `maxRatio` is in force. @defaultValue 0.1 */
  fullAt?: number;
  /** Milliseconds after which a request counts half. @defaultValue 60000 */
  halfLifeMillis?: number;
}

/**
 * Requests that are recorded whatever else is decided, because they know a secret.
 * @since 0.1.0
 */
export interface ForceSamplingOptions {
  /** Name of the request header. */
  readonly header: string;
  /** What it has to be, at least 16 characters; take it from the environment. */
  readonly secret: string;
}

/** What a service may hold back at most until it is decided. What does not fit is decided early, and counted. */
export interface KeepLimits {
  /** Traces under way, with those that wait for word from their caller. @defaultValue 10000 */
  maxTraces?: number;
  /** Spans of one trace. @defaultValue 1000 */
  maxSpansPerTrace?: number;
  /** Spans of all traces. @defaultValue 50000 */
  maxSpans?: number;
  /** Milliseconds a trace may be under way. @defaultValue 60000 */
  maxAgeMillis?: number;
}

/**
 * Tail sampling: every trace is recorded, and when its part in this service is over, those worth it are kept, and a share of
 * the rest, which `ratio`, `rules` and `errorRate` decide (docs/guides/sampling.md).
 * @since 0.1.0
 */
export interface KeepOptions {
  /** Traces in which a span has status ERROR, or an exception that nobody answered for. @defaultValue `true` */
  errors?: boolean;
  /** Traces that take longer than this many milliseconds here. */
  slowerThanMillis?: number;
  /** Traces slower than this share of those of their route, above 0.5 and below 1, e.g. 0.99. */
  slowerThanPercentile?: number;
  /** The first trace of each route. @defaultValue `true` */
  firstSeenRoutes?: boolean;
  /** For what is none of these; the first that matches decides. @defaultValue `[]` */
  rules?: readonly KeepRule[];
  /**
   * What is made of traces a caller did not sample: `'decide'` keeps what is worth it here, `'drop'` records nothing.
   * @defaultValue `'decide'`
   */
  unsampledParents?: 'decide' | 'drop';
  /**
   * Milliseconds an undecided trace waits for its caller, if that keeps errors as well and may yet say that it needs it; 0
   * does not wait.
   * @defaultValue 5000
   */
  holdMillis?: number;
  /** What may be held back at most. */
  limits?: KeepLimits;
}

/** How spans that are never ended are found. They are lost: a span is exported when it ends. */
export interface SpanHygieneOptions {
  /** Whether they are looked for. @defaultValue `true` */
  enabled?: boolean;
  /**
   * Milliseconds after which a span that is still open counts as overdue.
   * @defaultValue 60000 where `explain` is on, else 300000
   */
  openMillis?: number;
  /**
   * Whether overdue spans are named in warnings, with the line that started them. Remembering that line costs every span
   * some microseconds.
   * @defaultValue `true` if the environment is `development`, `dev` or `local`, or if there is none and the output is a
   * terminal
   */
  explain?: boolean;
  /**
   * Milliseconds after which a span that is still open is announced: by an event on the span, and by a warning in its
   * trace.
   * @defaultValue none is
   */
  announceMillis?: number;
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
  /** Replaces the sampler built from `ratio`, `parents`, `rules` and `errorRate`. */
  sampler?: Sampler;
  /** Whether parents are followed, by where they are and what was decided about them. */
  parents?: ParentSamplingOptions;
  /** Sampling of traces that begin here, by what begins them; the first rule that matches decides. @defaultValue `[]` */
  rules?: readonly SamplingRule[];
  /** Lets `ratio` rise while requests fail. @defaultValue it stays as it is */
  errorRate?: ErrorRateSamplingOptions;
  /** A request header that has its request recorded. @defaultValue none */
  force?: ForceSamplingOptions;
  /** Keeps traces for how they went: errors, slow ones, new routes. @defaultValue none */
  keep?: KeepOptions;
  /** @defaultValue `OTEL_TRACES_EXPORTER`, else `['otlp']` when an endpoint is known and `[]` when not */
  exporters?: readonly (TraceExporterName | SpanExporter)[];
  /** Additional processors, run in order before the exporters. */
  processors?: readonly SpanProcessor[];
  /** Batching in front of every exporter. */
  batch?: BatchOptions;
  /** Limits of one span; unset values fall back to `OTEL_SPAN_*` and `OTEL_ATTRIBUTE_*`. */
  limits?: SpanLimits;
  /** How spans that are never ended are found. */
  hygiene?: SpanHygieneOptions;
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
  /**
   * Whether workers of a Node cluster, who share a port, show one page: whichever is scraped has the metrics of all, with
   * the label `worker`. Without it a scrape sees one worker, a different one each time. `false` for workers with a
   * `port` of their own each. Means nothing outside a cluster.
   * @defaultValue `true`
   */
  cluster?: boolean;
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
  /**
   * Whether histograms keep, for each bucket, and counters for each series the latest measurement made in a sampled trace.
   * @defaultValue `true`
   */
  exemplars?: boolean;
  /** Process and event-loop metrics. @defaultValue `true` */
  runtime?: boolean;
  /**
   * CPU, memory and uptime of the machine (`system.*`), for where nothing else measures it. A container sees those of its
   * host.
   * @defaultValue `false`
   */
  system?: boolean;
}

/** Severity names, least first. */
export type LogLevelName = 'verbose' | 'debug' | 'log' | 'warn' | 'error' | 'fatal';

/** One line and log record for each HTTP request, with all that is known of it. */
export interface WideEventsOptions {
  /**
   * Requests that get none, in addition to those of `traces.http.ignore`: exact paths, or a function.
   * @defaultValue `[]`
   */
  ignore?: readonly string[] | ((request: HttpRequestInfo) => boolean);
}

/** Logs. */
export interface LogsOptions {
  /**
   * Whether Nest's `Logger` writes through `TelemetryLogger`, and log records are sent. A logger the application set itself
   * is left alone.
   * @defaultValue `true`
   */
  enabled?: boolean;
  /** Least severe level that is written. @defaultValue `LOG_LEVEL`, else `'log'` */
  level?: LogLevelName;
  /** @defaultValue `LOG_FORMAT`, else `'pretty'` in a terminal and `'json'` elsewhere */
  format?: 'json' | 'pretty';
  /**
   * Other least severe levels for some contexts, e.g. `{ RouterExplorer: 'warn', OrdersService: 'debug' }`.
   * @defaultValue `{}`
   */
  levels?: Readonly<Record<string, LogLevelName>>;
  /** @defaultValue `OTEL_LOGS_EXPORTER`, else `['otlp']` when an endpoint is known and `[]` when not */
  exporters?: readonly (LogExporterName | LogRecordExporter)[];
  /** Additional processors of log records, run in order before the exporters. */
  processors?: readonly LogRecordProcessor[];
  /**
   * Batching in front of every exporter; unset values fall back to `OTEL_BLRP_*`, and `scheduledDelayMillis` to 1000.
   */
  batch?: BatchOptions;
  /** Limits of one log record; unset values fall back to `OTEL_LOGRECORD_*` and `OTEL_ATTRIBUTE_*`. */
  limits?: LogRecordLimits;
  /**
   * One line for each HTTP request when it is over: method, route, status, duration, ids, and the fields that were added to
   * it with `WideEventService` or `@WideEventField` of nestjs-otel.
   * @defaultValue `false`
   */
  wideEvents?: boolean | WideEventsOptions;
  /**
   * Whether every route is told once at start, with controller, handler, guards, interceptors, pipes and filters: one log
   * record with the event name `nestjs.app.routes`, of which the dashboard's page of routes is made.
   * @defaultValue `true` if `exporters` has `'otlp'`
   */
  routes?: boolean;
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

/**
 * What is put in the place of a secret: `[redacted:rule]`, nothing at all (an attribute goes with its name), or
 * `[redacted:rule:…]` with 16 hexadecimal digits that are the same for the same value.
 */
export type RedactionStrategy = 'mask' | 'drop' | 'pseudonym';

/** A way of one's own to find secrets by how they look. */
export interface RedactionPattern {
  /**
   * Every match is a secret. Patterns whose time may grow faster than their text are refused at start
   * (`NT_REDACTION_PATTERN_UNSAFE`), one that is slow all the same is given up (`NT_REDACTION_PATTERN_SLOW`).
   */
  readonly pattern: RegExp;
  /** @defaultValue `redaction.strategy` */
  readonly strategy?: RedactionStrategy;
}

/** How much of one value, and of one span or log record, leaves the process. What is cut is marked and counted. */
export interface RedactionLimits {
  /** Characters of one text, 256 to 1048576. @defaultValue 32768 */
  readonly valueLength?: number;
  /** Levels of nested values, 1 to 100. @defaultValue 10 */
  readonly depth?: number;
  /** Values within one value, 10 to 100000. @defaultValue 2000 */
  readonly nodes?: number;
  /** Characters of all texts of one span or record together, 1024 to 4194304. @defaultValue 131072 */
  readonly recordLength?: number;
}

/** What is kept from leaving the process. The rules are listed in docs/guides/redaction.md. */
export interface RedactionOptions {
  /** @defaultValue `true` */
  enabled?: boolean;
  /** @defaultValue `'mask'` */
  strategy?: RedactionStrategy;
  /** Key of the pseudonyms (HMAC-SHA-256), 16 characters or more; without it nobody can compute them. */
  pseudonymKey?: string;
  /**
   * Names whose values are secret: a rule (`email`) or a name of one's own (`employeeNumber`), with `true`, a strategy, or
   * `false` to take it away. Names match at the end of longer ones, in any spelling.
   */
  keys?: Readonly<Record<string, boolean | RedactionStrategy>>;
  /**
   * Secrets known by how they look: a rule (`jwt`) with a strategy, or `false` to take it away; or a name of one's own
   * with a pattern. A pattern under the name of a rule replaces it.
   */
  values?: Readonly<Record<string, boolean | RedactionStrategy | RegExp | RedactionPattern>>;
  /** Names of attributes and fields, as they are written, whose values are left as they are. @defaultValue `[]` */
  allow?: readonly string[];
  /** Counts in `nest_telemetry.redaction.applied` which rule fired where. @defaultValue `false` */
  explain?: boolean;
  limits?: RedactionLimits;
}

/**
 * How telemetry for an OTLP collector waits until it is delivered: in files, so that it outlives an outage and the
 * process, or in memory.
 */
export type DeliveryMode = 'durable' | 'memory';

/** Delivery over OTLP; see docs/guides/delivery.md. */
export interface DeliveryOptions {
  /**
   * @defaultValue `TELEMETRY_DELIVERY`, else `'durable'` where a directory can be written to and the protocol is
   * `http/protobuf` or `grpc`, and `'memory'` elsewhere
   */
  mode?: DeliveryMode;
  /**
   * Under which spools are kept, in `<directory>/<service>/`; made with mode 0700. It must not be a link, and writable by
   * nobody else.
   * @defaultValue `TELEMETRY_SPOOL_DIRECTORY`, else `nest-telemetry` in `STATE_DIRECTORY` (systemd), `XDG_STATE_HOME` or
   * `~/.local/state`
   */
  directory?: string;
  /**
   * Bytes on disk; beyond, the oldest telemetry is dropped, traces with errors last, counted and announced.
   * @defaultValue `TELEMETRY_SPOOL_MAX_BYTES`, else 268435456 (256 MiB)
   */
  maxBytes?: number;
  /** Milliseconds after which telemetry that could not be delivered is dropped. @defaultValue 86400000 (a day) */
  maxAgeMillis?: number;
  /**
   * Whether requests and messages that were being handled when the process died are shown by the next one, as spans with
   * `nest_telemetry.interrupted`.
   * @defaultValue `true`
   */
  interrupted?: boolean;
}

/** End of the process. */
export interface ShutdownOptions {
  /**
   * Milliseconds the end waits at most: for telemetry to be delivered, and before that for jobs that are running. Telemetry
   * that is on disk never keeps it longer than 1500.
   * @defaultValue 1500 for telemetry, 5000 for jobs
   */
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
  /**
   * How telemetry waits for its delivery over OTLP. An exporter, for example an official one, takes the place of our own
   * delivery of traces.
   * @defaultValue `'durable'`; see {@link DeliveryOptions.mode}
   */
  delivery?: DeliveryMode | DeliveryOptions | SpanExporter;
  traces?: TracesOptions;
  metrics?: MetricsOptions;
  logs?: LogsOptions;
  propagation?: PropagationOptions;
  /** Secrets and personal data that must not leave the process. */
  redaction?: RedactionOptions;
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
