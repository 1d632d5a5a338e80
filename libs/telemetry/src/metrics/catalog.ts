import {
  CODE_FUNCTION_NAME,
  DB_COLLECTION_NAME,
  DB_NAMESPACE,
  DB_OPERATION_NAME,
  DB_QUERY_SUMMARY,
  DB_SYSTEM_NAME,
  ERROR_TYPE,
  GRAPHQL_OPERATION_TYPE,
  HTTP_REQUEST_METHOD,
  HTTP_RESPONSE_STATUS_CODE,
  HTTP_ROUTE,
  MESSAGING_CONSUMER_GROUP_NAME,
  MESSAGING_DESTINATION_NAME,
  MESSAGING_DESTINATION_TEMPLATE,
  MESSAGING_OPERATION_NAME,
  MESSAGING_OPERATION_TYPE,
  MESSAGING_SYSTEM_NAME,
  NESTJS_CQRS_MESSAGE,
  NESTJS_CQRS_TYPE,
  NESTJS_EVENT_NAME,
  NESTJS_SCHEDULE_TYPE,
  NETWORK_PROTOCOL_VERSION,
  RPC_METHOD,
  RPC_STATUS_CODE,
  RPC_SYSTEM_NAME,
  SAMPLING_REASON,
  SERVER_ADDRESS,
  SERVER_PORT,
  URL_SCHEME,
} from '../semconv.js';

/** Kind of an instrument, as the OpenTelemetry API makes it. */
export type InstrumentKind =
  | 'counter'
  | 'upDownCounter'
  | 'histogram'
  | 'gauge'
  | 'observableCounter'
  | 'observableUpDownCounter'
  | 'observableGauge';

/** One metric this package emits. */
export interface MetricRow<K extends InstrumentKind = InstrumentKind> {
  readonly name: string;
  readonly instrument: K;
  /** UCUM unit, e.g. `s`, `By`, `{request}`. */
  readonly unit: string;
  readonly description: string;
  /** Names of the attributes a data point may carry; nothing else is ever recorded. */
  readonly attributes: readonly string[];
  /** Upper bounds of the histogram buckets, in `unit`. */
  readonly boundaries?: readonly number[];
  /** Stability of the semantic convention behind the row. */
  readonly stability: 'stable' | 'development';
}

/** Attribute names that only metrics use, from the incubating conventions. */
export const CPU_MODE = 'cpu.mode';
export const NODEJS_EVENTLOOP_STATE = 'nodejs.eventloop.state';
export const V8JS_GC_TYPE = 'v8js.gc.type';
export const V8JS_HEAP_SPACE_NAME = 'v8js.heap.space.name';
export const SYSTEM_MEMORY_STATE = 'system.memory.state';
export const V8JS_RESOURCE_TYPE = 'v8js.resource.type';

/** Of the telemetry pipeline itself. */
export const COMPONENT_NAME = 'otel.component.name';
export const COMPONENT_TYPE = 'otel.component.type';
export const SPAN_PARENT_ORIGIN = 'otel.span.parent.origin';
export const SPAN_SAMPLING_RESULT = 'otel.span.sampling_result';

/** Why context was not read or sent: one of a closed set. */
export const REJECTION_REASON = 'reason';
/** Code of a warning, see docs/reference/errors.md. */
export const WARNING_CODE = 'nest_telemetry.code';
/** Which rule took something out, where it stood, and which limit cut something. Closed sets, but for rules of the user. */
export const REDACTION_RULE = 'rule';
export const REDACTION_PLACE = 'place';
export const REDACTION_LIMIT = 'limit';
/** `traces`, `metrics` or `logs`. */
export const SIGNAL = 'signal';
/** Name of the metric that is spoken of. */
export const METRIC_NAME = 'metric.name';

// Both lists are prescribed by the semantic conventions, the first one also for RPC and messaging.
export const HTTP_SECONDS = [
  0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
] as const;
const DB_SECONDS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10] as const;
/** The conventions prescribe none for sizes. */
const BODY_BYTES = [
  128, 512, 2048, 8192, 32_768, 131_072, 524_288, 2_097_152, 8_388_608, 33_554_432,
] as const;
const HTTP_SERVER_ATTRIBUTES = [
  HTTP_REQUEST_METHOD,
  HTTP_RESPONSE_STATUS_CODE,
  HTTP_ROUTE,
  URL_SCHEME,
  ERROR_TYPE,
  NETWORK_PROTOCOL_VERSION,
] as const;
/** Work that nobody waits for takes milliseconds or minutes. */
const RUN_SECONDS = [0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 900] as const;

/**
 * Every metric this package emits: nothing is emitted that has no row here, and documentation is generated from it.
 * Names, units and boundaries follow the OpenTelemetry semantic conventions.
 */
export const METRICS = {
  httpServerRequestDuration: {
    name: 'http.server.request.duration',
    instrument: 'histogram',
    unit: 's',
    description: 'Duration of HTTP server requests.',
    attributes: HTTP_SERVER_ATTRIBUTES,
    boundaries: HTTP_SECONDS,
    stability: 'stable',
  },
  httpServerActiveRequests: {
    name: 'http.server.active_requests',
    instrument: 'upDownCounter',
    unit: '{request}',
    description: 'Number of active HTTP server requests.',
    attributes: [HTTP_REQUEST_METHOD, URL_SCHEME],
    stability: 'development',
  },
  httpServerRequestBodySize: {
    name: 'http.server.request.body.size',
    instrument: 'histogram',
    unit: 'By',
    description: 'Size of HTTP server request bodies, of those that declare it.',
    attributes: HTTP_SERVER_ATTRIBUTES,
    boundaries: BODY_BYTES,
    stability: 'development',
  },
  httpServerResponseBodySize: {
    name: 'http.server.response.body.size',
    instrument: 'histogram',
    unit: 'By',
    description: 'Size of HTTP server response bodies, of those that declare it.',
    attributes: HTTP_SERVER_ATTRIBUTES,
    boundaries: BODY_BYTES,
    stability: 'development',
  },
  httpClientRequestDuration: {
    name: 'http.client.request.duration',
    instrument: 'histogram',
    unit: 's',
    description: 'Duration of HTTP client requests.',
    attributes: [
      HTTP_REQUEST_METHOD,
      HTTP_RESPONSE_STATUS_CODE,
      SERVER_ADDRESS,
      SERVER_PORT,
      ERROR_TYPE,
      NETWORK_PROTOCOL_VERSION,
    ],
    boundaries: HTTP_SECONDS,
    stability: 'stable',
  },
  dbClientOperationDuration: {
    name: 'db.client.operation.duration',
    instrument: 'histogram',
    unit: 's',
    description: 'Duration of database client operations.',
    attributes: [
      DB_SYSTEM_NAME,
      DB_NAMESPACE,
      DB_COLLECTION_NAME,
      DB_OPERATION_NAME,
      DB_QUERY_SUMMARY,
      SERVER_ADDRESS,
      SERVER_PORT,
      ERROR_TYPE,
    ],
    boundaries: DB_SECONDS,
    stability: 'stable',
  },
  messagingClientOperationDuration: {
    name: 'messaging.client.operation.duration',
    instrument: 'histogram',
    unit: 's',
    description: 'Duration of messaging operations initiated by a producer or consumer client.',
    attributes: [
      MESSAGING_SYSTEM_NAME,
      MESSAGING_OPERATION_NAME,
      MESSAGING_OPERATION_TYPE,
      MESSAGING_DESTINATION_NAME,
      MESSAGING_DESTINATION_TEMPLATE,
      ERROR_TYPE,
      SERVER_ADDRESS,
      SERVER_PORT,
    ],
    boundaries: HTTP_SECONDS,
    stability: 'development',
  },
  messagingProcessDuration: {
    name: 'messaging.process.duration',
    instrument: 'histogram',
    unit: 's',
    description: 'Duration of processing operations.',
    attributes: [
      MESSAGING_SYSTEM_NAME,
      MESSAGING_OPERATION_NAME,
      MESSAGING_DESTINATION_NAME,
      MESSAGING_DESTINATION_TEMPLATE,
      MESSAGING_CONSUMER_GROUP_NAME,
      ERROR_TYPE,
      SERVER_ADDRESS,
      SERVER_PORT,
    ],
    boundaries: HTTP_SECONDS,
    stability: 'development',
  },
  websocketActiveConnections: {
    name: 'nestjs.websocket.active_connections',
    instrument: 'upDownCounter',
    unit: '{connection}',
    description: 'Number of connections that clients have to WebSocket gateways.',
    attributes: [MESSAGING_SYSTEM_NAME],
    stability: 'development',
  },
  rpcServerCallDuration: {
    name: 'rpc.server.call.duration',
    instrument: 'histogram',
    unit: 's',
    description: 'Duration of incoming remote procedure calls.',
    attributes: [RPC_SYSTEM_NAME, RPC_METHOD, RPC_STATUS_CODE, ERROR_TYPE],
    boundaries: HTTP_SECONDS,
    stability: 'stable',
  },
  rpcClientCallDuration: {
    name: 'rpc.client.call.duration',
    instrument: 'histogram',
    unit: 's',
    description: 'Duration of outgoing remote procedure calls.',
    attributes: [RPC_SYSTEM_NAME, RPC_METHOD, RPC_STATUS_CODE, SERVER_ADDRESS, SERVER_PORT, ERROR_TYPE],
    boundaries: HTTP_SECONDS,
    stability: 'stable',
  },
  scheduleRunDuration: {
    name: 'nestjs.schedule.run.duration',
    instrument: 'histogram',
    unit: 's',
    description: 'Duration of the runs of scheduled methods.',
    attributes: [NESTJS_SCHEDULE_TYPE, CODE_FUNCTION_NAME, ERROR_TYPE],
    boundaries: RUN_SECONDS,
    stability: 'development',
  },
  eventListenerDuration: {
    name: 'nestjs.event.listener.duration',
    instrument: 'histogram',
    unit: 's',
    description: 'Duration of the calls of event listeners.',
    attributes: [NESTJS_EVENT_NAME, CODE_FUNCTION_NAME, ERROR_TYPE],
    boundaries: RUN_SECONDS,
    stability: 'development',
  },
  cqrsHandlerDuration: {
    name: 'nestjs.cqrs.handler.duration',
    instrument: 'histogram',
    unit: 's',
    description: 'Duration of the handlers of commands, queries and events.',
    attributes: [NESTJS_CQRS_TYPE, NESTJS_CQRS_MESSAGE, CODE_FUNCTION_NAME, ERROR_TYPE],
    boundaries: RUN_SECONDS,
    stability: 'development',
  },
  graphqlOperationDuration: {
    name: 'nestjs.graphql.operation.duration',
    instrument: 'histogram',
    unit: 's',
    description: 'Duration of GraphQL operations.',
    attributes: [GRAPHQL_OPERATION_TYPE, ERROR_TYPE],
    boundaries: HTTP_SECONDS,
    stability: 'development',
  },
  methodDuration: {
    name: 'nestjs.method.duration',
    instrument: 'histogram',
    unit: 's',
    description: 'Duration of the calls of methods with @Timed().',
    attributes: [CODE_FUNCTION_NAME, ERROR_TYPE],
    boundaries: DB_SECONDS,
    stability: 'development',
  },
  methodCalls: {
    name: 'nestjs.method.calls',
    instrument: 'counter',
    unit: '{call}',
    description: 'Number of calls of methods with @Counted(), counted when they are over.',
    attributes: [CODE_FUNCTION_NAME, ERROR_TYPE],
    stability: 'development',
  },
  methodActiveCalls: {
    name: 'nestjs.method.active_calls',
    instrument: 'upDownCounter',
    unit: '{call}',
    description: 'Number of calls of methods with @InFlight() that are under way.',
    attributes: [CODE_FUNCTION_NAME],
    stability: 'development',
  },
  processCpuTime: {
    name: 'process.cpu.time',
    instrument: 'observableCounter',
    unit: 's',
    description: 'Total CPU seconds broken down by different CPU modes.',
    attributes: [CPU_MODE],
    stability: 'development',
  },
  processMemoryUsage: {
    name: 'process.memory.usage',
    instrument: 'observableUpDownCounter',
    unit: 'By',
    description: 'The amount of physical memory in use.',
    attributes: [],
    stability: 'development',
  },
  processUptime: {
    name: 'process.uptime',
    instrument: 'observableGauge',
    unit: 's',
    description: 'The time the process has been running.',
    attributes: [],
    stability: 'development',
  },
  // `process.unix.file_descriptor.count` in the conventions: as `…_count` it would be taken for a part of a histogram.
  processFileDescriptors: {
    name: 'process.open_file_descriptors',
    instrument: 'observableUpDownCounter',
    unit: '{file_descriptor}',
    description: 'Number of Unix file descriptors in use by the process.',
    attributes: [],
    stability: 'development',
  },
  activeResources: {
    name: 'v8js.resource.active',
    instrument: 'observableGauge',
    unit: '{resource}',
    description: 'Sockets, timers, requests and other resources that keep the event loop alive.',
    attributes: [V8JS_RESOURCE_TYPE],
    stability: 'development',
  },
  systemCpuTime: {
    name: 'system.cpu.time',
    instrument: 'observableCounter',
    unit: 's',
    description: 'Seconds all logical CPUs of the machine spent in each mode.',
    attributes: [CPU_MODE],
    stability: 'development',
  },
  systemMemoryUsage: {
    name: 'system.memory.usage',
    instrument: 'observableUpDownCounter',
    unit: 'By',
    description: 'Memory of the machine by state.',
    attributes: [SYSTEM_MEMORY_STATE],
    stability: 'development',
  },
  systemMemoryLimit: {
    name: 'system.memory.limit',
    instrument: 'observableUpDownCounter',
    unit: 'By',
    description: 'Total memory of the machine.',
    attributes: [],
    stability: 'development',
  },
  systemUptime: {
    name: 'system.uptime',
    instrument: 'observableGauge',
    unit: 's',
    description: 'The time the machine has been running.',
    attributes: [],
    stability: 'development',
  },
  eventLoopDelayMin: eventLoopDelay('min', 'minimum'),
  eventLoopDelayMax: eventLoopDelay('max', 'maximum'),
  eventLoopDelayMean: eventLoopDelay('mean', 'mean'),
  eventLoopDelayStddev: eventLoopDelay('stddev', 'standard deviation'),
  eventLoopDelayP50: eventLoopDelay('p50', '50 percentile'),
  eventLoopDelayP90: eventLoopDelay('p90', '90 percentile'),
  eventLoopDelayP99: eventLoopDelay('p99', '99 percentile'),
  eventLoopTime: {
    name: 'nodejs.eventloop.time',
    instrument: 'observableCounter',
    unit: 's',
    description: 'Cumulative duration of time the event loop has been in each state.',
    attributes: [NODEJS_EVENTLOOP_STATE],
    stability: 'development',
  },
  eventLoopUtilization: {
    name: 'nodejs.eventloop.utilization',
    instrument: 'observableGauge',
    unit: '1',
    description: 'Event loop utilization.',
    attributes: [],
    stability: 'development',
  },
  heapLimit: heapSpace('v8js.memory.heap.limit', 'Total heap memory size pre-allocated for a heap space.'),
  heapUsed: heapSpace('v8js.memory.heap.used', 'Heap memory size allocated.'),
  heapSpaceAvailable: heapSpace('v8js.memory.heap.space.available_size', 'Heap space available size.'),
  heapSpacePhysical: heapSpace('v8js.memory.heap.space.physical_size', 'Committed size of a heap space.'),
  gcDuration: {
    name: 'v8js.gc.duration',
    instrument: 'histogram',
    unit: 's',
    description: 'Garbage collection duration.',
    attributes: [V8JS_GC_TYPE],
    boundaries: [0.01, 0.1, 1, 10],
    stability: 'development',
  },
  sdkSpanStarted: {
    name: 'otel.sdk.span.started',
    instrument: 'observableCounter',
    unit: '{span}',
    description: 'The number of created spans.',
    attributes: [SPAN_PARENT_ORIGIN, SPAN_SAMPLING_RESULT],
    stability: 'development',
  },
  sdkSpanLive: {
    name: 'otel.sdk.span.live',
    instrument: 'observableUpDownCounter',
    unit: '{span}',
    description: 'The number of created spans that are recorded and have not ended yet.',
    attributes: [SPAN_SAMPLING_RESULT],
    stability: 'development',
  },
  sdkQueueSize: {
    name: 'otel.sdk.processor.span.queue.size',
    instrument: 'observableUpDownCounter',
    unit: '{span}',
    description: 'The number of spans in the queue of a processor.',
    attributes: [COMPONENT_NAME, COMPONENT_TYPE],
    stability: 'development',
  },
  sdkQueueCapacity: {
    name: 'otel.sdk.processor.span.queue.capacity',
    instrument: 'observableUpDownCounter',
    unit: '{span}',
    description: 'The maximum number of spans the queue of a processor can hold.',
    attributes: [COMPONENT_NAME, COMPONENT_TYPE],
    stability: 'development',
  },
  sdkProcessorProcessed: {
    name: 'otel.sdk.processor.span.processed',
    instrument: 'observableCounter',
    unit: '{span}',
    description: 'The number of spans a processor has handed on, or has dropped with an error type.',
    attributes: [COMPONENT_NAME, COMPONENT_TYPE, ERROR_TYPE],
    stability: 'development',
  },
  sdkExporterExported: {
    name: 'otel.sdk.exporter.span.exported',
    instrument: 'observableCounter',
    unit: '{span}',
    description: 'The number of spans whose export has ended, with an error type if it failed.',
    attributes: [COMPONENT_NAME, COMPONENT_TYPE, ERROR_TYPE],
    stability: 'development',
  },
  sdkExporterInFlight: {
    name: 'otel.sdk.exporter.span.inflight',
    instrument: 'observableUpDownCounter',
    unit: '{span}',
    description: 'The number of spans handed to an exporter whose export has not ended yet.',
    attributes: [COMPONENT_NAME, COMPONENT_TYPE],
    stability: 'development',
  },
  sdkMetricsExported: {
    name: 'otel.sdk.exporter.metric_data_point.exported',
    instrument: 'observableCounter',
    unit: '{data_point}',
    description: 'The number of metric data points whose export has ended, with an error type if it failed.',
    attributes: [COMPONENT_NAME, COMPONENT_TYPE, ERROR_TYPE],
    stability: 'development',
  },
  sdkMetricsInFlight: {
    name: 'otel.sdk.exporter.metric_data_point.inflight',
    instrument: 'observableUpDownCounter',
    unit: '{data_point}',
    description: 'The number of metric data points handed to an exporter whose export has not ended yet.',
    attributes: [COMPONENT_NAME, COMPONENT_TYPE],
    stability: 'development',
  },
  sdkExportDuration: {
    name: 'otel.sdk.exporter.operation.duration',
    instrument: 'histogram',
    unit: 's',
    description: 'The duration of exporting a batch of telemetry records, with an error type if it failed.',
    attributes: [COMPONENT_NAME, COMPONENT_TYPE, ERROR_TYPE],
    boundaries: HTTP_SECONDS,
    stability: 'development',
  },
  sdkLogCreated: {
    name: 'otel.sdk.log.created',
    instrument: 'counter',
    unit: '{log_record}',
    description: "The number of log records that Nest's logger has made.",
    attributes: [],
    stability: 'development',
  },
  sdkLogQueueSize: {
    name: 'otel.sdk.processor.log.queue.size',
    instrument: 'observableUpDownCounter',
    unit: '{log_record}',
    description: 'The number of log records in the queue of a processor.',
    attributes: [COMPONENT_NAME, COMPONENT_TYPE],
    stability: 'development',
  },
  sdkLogQueueCapacity: {
    name: 'otel.sdk.processor.log.queue.capacity',
    instrument: 'observableUpDownCounter',
    unit: '{log_record}',
    description: 'The maximum number of log records the queue of a processor can hold.',
    attributes: [COMPONENT_NAME, COMPONENT_TYPE],
    stability: 'development',
  },
  sdkLogProcessorProcessed: {
    name: 'otel.sdk.processor.log.processed',
    instrument: 'observableCounter',
    unit: '{log_record}',
    description: 'The number of log records a processor has handed on, or has dropped with an error type.',
    attributes: [COMPONENT_NAME, COMPONENT_TYPE, ERROR_TYPE],
    stability: 'development',
  },
  sdkLogExporterExported: {
    name: 'otel.sdk.exporter.log.exported',
    instrument: 'observableCounter',
    unit: '{log_record}',
    description: 'The number of log records whose export has ended, with an error type if it failed.',
    attributes: [COMPONENT_NAME, COMPONENT_TYPE, ERROR_TYPE],
    stability: 'development',
  },
  sdkLogExporterInFlight: {
    name: 'otel.sdk.exporter.log.inflight',
    instrument: 'observableUpDownCounter',
    unit: '{log_record}',
    description: 'The number of log records handed to an exporter whose export has not ended yet.',
    attributes: [COMPONENT_NAME, COMPONENT_TYPE],
    stability: 'development',
  },
  logLinesDropped: {
    name: 'nest_telemetry.log.lines.dropped',
    instrument: 'observableCounter',
    unit: '{line}',
    description: 'The number of log lines that were given up because nobody read standard output in time.',
    attributes: [],
    stability: 'development',
  },
  spoolSize: {
    name: 'nest_telemetry.spool.size',
    instrument: 'observableUpDownCounter',
    unit: 'By',
    description: 'Telemetry on disk that waits for its delivery, with that of processes that ended.',
    attributes: [],
    stability: 'development',
  },
  spoolRecords: {
    name: 'nest_telemetry.spool.records',
    instrument: 'observableUpDownCounter',
    unit: '{record}',
    description: 'Spans, metrics and log records of this process that wait for their delivery.',
    attributes: [],
    stability: 'development',
  },
  spoolAge: {
    name: 'nest_telemetry.spool.age',
    instrument: 'observableGauge',
    unit: 's',
    description: 'How long the oldest telemetry on disk has waited.',
    attributes: [],
    stability: 'development',
  },
  spoolDropped: {
    name: 'nest_telemetry.spool.dropped',
    instrument: 'observableCounter',
    unit: '{record}',
    description: 'Telemetry that was kept for its delivery and then given up.',
    attributes: [SIGNAL, REJECTION_REASON],
    stability: 'development',
  },
  sdkCollectionDuration: {
    name: 'otel.sdk.metric_reader.collection.duration',
    instrument: 'histogram',
    unit: 's',
    description: 'The duration of the collect operation of a metric reader.',
    attributes: [COMPONENT_NAME, COMPONENT_TYPE, ERROR_TYPE],
    boundaries: HTTP_SECONDS,
    stability: 'development',
  },
  scrapeDuration: {
    name: 'nest_telemetry.scrape.duration',
    instrument: 'histogram',
    unit: 's',
    description: 'How long it took to collect all metrics and write the page a scraper asked for.',
    attributes: [ERROR_TYPE],
    boundaries: HTTP_SECONDS,
    stability: 'development',
  },
  propagationRejected: {
    name: 'nest_telemetry.propagation.rejected',
    instrument: 'observableCounter',
    unit: '{context}',
    description:
      'Trace context and baggage that was malformed, too long or not allowed, and so not read or not sent.',
    attributes: [REJECTION_REASON],
    stability: 'development',
  },
  samplingTraces: {
    name: 'nest_telemetry.sampling.traces',
    instrument: 'observableCounter',
    unit: '{trace}',
    description: 'Traces that tail sampling decided about, by why they were kept, or that they were dropped.',
    attributes: [SAMPLING_REASON],
    stability: 'development',
  },
  samplingEvicted: {
    name: 'nest_telemetry.sampling.evicted',
    instrument: 'observableCounter',
    unit: '{trace}',
    description: 'Traces that tail sampling had to decide about early, by the limit that was reached.',
    attributes: [REJECTION_REASON],
    stability: 'development',
  },
  samplingWaiting: {
    name: 'nest_telemetry.sampling.waiting',
    instrument: 'observableUpDownCounter',
    unit: '{span}',
    description: 'Spans that tail sampling holds back until their trace is decided.',
    attributes: [],
    stability: 'development',
  },
  spansOverdue: {
    name: 'nest_telemetry.spans.overdue',
    instrument: 'observableUpDownCounter',
    unit: '{span}',
    description: 'Recorded spans that have been open for longer than traces.hygiene.openMillis.',
    attributes: [],
    stability: 'development',
  },
  spansUnended: {
    name: 'nest_telemetry.spans.unended',
    instrument: 'observableCounter',
    unit: '{span}',
    description:
      'Recorded spans that were lost, because they were never ended and nobody can end them any more.',
    attributes: [],
    stability: 'development',
  },
  warnings: {
    name: 'nest_telemetry.warnings',
    instrument: 'observableCounter',
    unit: '{warning}',
    description:
      'Warnings of this package, those included that were not logged because they were a minute ago.',
    attributes: [WARNING_CODE],
    stability: 'development',
  },
  redactionApplied: {
    name: 'nest_telemetry.redaction.applied',
    instrument: 'observableCounter',
    unit: '{secret}',
    description: 'Secrets taken out of telemetry, while redaction.explain is on.',
    attributes: [REDACTION_RULE, REDACTION_PLACE],
    stability: 'development',
  },
  redactionTruncated: {
    name: 'nest_telemetry.redaction.truncated',
    instrument: 'observableCounter',
    unit: '{value}',
    description: 'Values cut because they were too long, too deep or too many.',
    attributes: [REDACTION_LIMIT, REDACTION_PLACE],
    stability: 'development',
  },
  metricsFolded: {
    name: 'nest_telemetry.metrics.folded',
    instrument: 'observableCounter',
    unit: '{measurement}',
    description: 'Measurements counted in the overflow series of a metric that has reached its limit.',
    attributes: [METRIC_NAME],
    stability: 'development',
  },
  metricsInvalid: {
    name: 'nest_telemetry.metrics.invalid',
    instrument: 'observableCounter',
    unit: '{measurement}',
    description: 'Values and attributes that are none, and so were left out.',
    attributes: [METRIC_NAME],
    stability: 'development',
  },
  metricsUnanswered: {
    name: 'nest_telemetry.metrics.unanswered',
    instrument: 'observableCounter',
    unit: '{callback}',
    description: 'Calls of observable callbacks that threw or did not answer in time.',
    attributes: [REJECTION_REASON],
    stability: 'development',
  },
  metricsWorkersUnanswered: {
    name: 'nest_telemetry.metrics.workers.unanswered',
    instrument: 'counter',
    unit: '{worker}',
    description: 'Times that a worker of the cluster did not hand in its metrics for the page of all.',
    attributes: [REJECTION_REASON],
    stability: 'development',
  },
} as const satisfies Record<string, MetricRow>;

function eventLoopDelay(statistic: string, words: string) {
  return {
    name: `nodejs.eventloop.delay.${statistic}`,
    instrument: 'observableGauge',
    unit: 's',
    description: `Event loop ${words} delay.`,
    attributes: [],
    stability: 'development',
  } as const;
}

function heapSpace(name: string, description: string) {
  return {
    name,
    instrument: 'observableUpDownCounter',
    unit: 'By',
    description,
    attributes: [V8JS_HEAP_SPACE_NAME],
    stability: 'development',
  } as const;
}
