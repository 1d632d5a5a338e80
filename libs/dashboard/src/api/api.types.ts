// What the query side answers and the pages read, as JSON: the contract between `query/` and the UI. Types only.
// Times are microseconds since the epoch and durations are microseconds, both with a fraction where the source had
// nanoseconds; ids are lower-case hexadecimal digits.
//
// Every `GET` but those of settings and the stream takes `run`: the id of one of {@link Settings.runs}, which is then
// looked at instead of the current one; 404 `ND_RUN_UNKNOWN`, or 409 `ND_STORE_IN_USE` while another dashboard writes it.
//
// `GET /api/export` is a file of OTLP/JSON, one export request on each line.

/** A value of an attribute as JSON; bytes are base64, integers beyond 2^53 strings. */
export type JsonValue =
  string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };
export type JsonAttributes = Readonly<Record<string, JsonValue>>;

export type SpanKindName = 'unspecified' | 'internal' | 'server' | 'client' | 'producer' | 'consumer';
export type StatusName = 'unset' | 'ok' | 'error';

/** `GET /api/overview?from&to` */
export interface Overview {
  readonly fromUs: number;
  readonly toUs: number;
  readonly services: readonly ServiceStats[];
  readonly newestErrors: readonly TraceSummary[];
  readonly slowestRoutes: readonly RouteStats[];
  readonly findings: readonly Finding[];
  /** Everything stored so far; all zero is the empty state. */
  readonly totals: StoreTotals;
}

export interface ServiceStats {
  readonly service: string;
  readonly version: string | null;
  readonly environment: string | null;
  readonly nest: boolean;
  readonly requests: number;
  readonly errors: number;
  readonly requestsPerSecond: number;
  readonly p50Us: number | null;
  readonly p95Us: number | null;
  readonly p99Us: number | null;
  /** Requests and p95 of equal slices of the window, oldest first. */
  readonly sparkline: readonly {
    readonly requests: number;
    readonly errors: number;
    readonly p95Us: number | null;
  }[];
}

/** `GET /api/traces` with the parameters of {@link TraceQuery}: newest first. */
export interface TracePage {
  readonly traces: readonly TraceSummary[];
  /** Passed as `before` for the next page; null on the last. */
  readonly next: string | null;
}

/** Parameters of the trace list, all optional; in the URL of the page under the same names. */
export interface TraceQuery {
  readonly service?: string;
  readonly route?: string;
  /** Status code of the response, or a class: `404`, `5xx`. */
  readonly status?: string;
  readonly error?: boolean;
  readonly minMs?: number;
  readonly maxMs?: number;
  readonly fromUs?: number;
  readonly toUs?: number;
  /** Attribute query: `http.response.status_code>=500 enduser.id="u-1" checkout`; see the docs. */
  readonly q?: string;
  readonly sort?: 'newest' | 'slowest' | 'fastest';
  readonly limit?: number;
  readonly before?: string;
}

export interface TraceSummary {
  readonly traceId: string;
  /** Of the root, or of the earliest span while the root has not arrived. */
  readonly name: string;
  readonly service: string;
  /** Verb of the request, where it was one; with service and route it names what can be muted. */
  readonly method: string | null;
  readonly route: string | null;
  readonly httpStatus: number | null;
  readonly startUs: number;
  readonly durationUs: number;
  readonly spans: number;
  readonly errors: number;
  readonly logs: number;
  readonly services: readonly string[];
  readonly rootArrived: boolean;
}

/** `GET /api/traces/:traceId`; `?waitFor=<spans>&timeoutMs=` answers when that many spans are there. */
export interface TraceDetail {
  readonly summary: TraceSummary;
  readonly spans: readonly SpanView[];
  readonly logs: readonly LogView[];
  readonly resources: readonly ResourceView[];
  /** Span ids on the critical path with the time each contributes itself, or why there is none. */
  readonly criticalPath:
    | {
        readonly segments: readonly {
          readonly spanId: string;
          readonly startUs: number;
          readonly endUs: number;
        }[];
      }
    | { readonly reason: string };
  readonly findings: readonly Finding[];
}

export interface ResourceView {
  readonly service: string;
  readonly attributes: JsonAttributes;
}

export interface SpanView {
  readonly spanId: string;
  readonly parentSpanId: string | null;
  readonly traceState: string;
  readonly flags: number;
  readonly name: string;
  readonly kind: SpanKindName;
  readonly service: string;
  /** Index into {@link TraceDetail.resources}. */
  readonly resource: number;
  readonly scope: string;
  readonly startUs: number;
  readonly durationUs: number;
  readonly status: StatusName;
  readonly statusMessage: string;
  readonly attributes: JsonAttributes;
  readonly events: readonly EventView[];
  readonly links: readonly LinkView[];
  /** Spans of other traces that link here. */
  readonly backLinks: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly droppedAttributes: number;
  readonly droppedEvents: number;
  readonly droppedLinks: number;
}

export interface EventView {
  readonly name: string;
  readonly timeUs: number;
  readonly attributes: JsonAttributes;
}

export interface LinkView {
  readonly traceId: string;
  readonly spanId: string;
  readonly attributes: JsonAttributes;
}

/** `GET /api/routes?from&to`: declared ones and those only seen. */
export interface RouteStats {
  readonly service: string;
  readonly method: string;
  /** Full path with global prefix and version; `null` for requests that matched no route. */
  readonly route: string | null;
  /** Whether the application told of it at its start. */
  readonly declared: boolean;
  readonly controller: string | null;
  readonly handler: string | null;
  readonly guards: readonly string[];
  readonly interceptors: readonly string[];
  readonly pipes: readonly string[];
  readonly filters: readonly string[];
  readonly calls: number;
  readonly errors: number;
  readonly p50Us: number | null;
  readonly p95Us: number | null;
  readonly p99Us: number | null;
  readonly lastSeenUs: number | null;
  readonly muted: boolean;
}

/** `GET /api/map?from&to` */
export interface ServiceMap {
  readonly nodes: readonly MapNode[];
  readonly edges: readonly MapEdge[];
}

export interface MapNode {
  readonly id: string;
  readonly label: string;
  readonly kind: 'service' | 'database' | 'queue' | 'external';
  readonly calls: number;
  readonly errors: number;
}

export interface MapEdge {
  readonly from: string;
  readonly to: string;
  readonly calls: number;
  readonly errors: number;
  readonly p95Us: number | null;
}

/** `GET /api/logs` with service, severity (lowest), traceId, spanId, q, fromUs, toUs, limit, before: newest first. */
export interface LogPage {
  readonly logs: readonly LogView[];
  readonly next: string | null;
}

export interface LogView {
  readonly id: string;
  readonly timeUs: number;
  readonly service: string;
  readonly severityNumber: number;
  readonly severityText: string;
  readonly body: JsonValue;
  readonly eventName: string;
  readonly traceId: string | null;
  readonly spanId: string | null;
  readonly attributes: JsonAttributes;
}

/** `GET /api/metrics`: what there is. */
export interface MetricInfo {
  readonly service: string;
  readonly scope: string;
  readonly name: string;
  readonly unit: string;
  readonly description: string;
  readonly type: 'gauge' | 'sum' | 'histogram' | 'exponential-histogram' | 'summary';
  readonly monotonic: boolean;
  /** Distinct attributes, however many copies of the service have them. */
  readonly series: number;
  readonly exemplars: number;
}

/** `GET /api/metrics/series?service&name&fromUs&toUs` */
export interface MetricSeriesAnswer {
  readonly metric: MetricInfo;
  readonly series: readonly MetricSeries[];
}

export interface MetricSeries {
  /** Those of the points; with what names the copy of the service (`service.instance.id`) where several measured in the window. */
  readonly attributes: JsonAttributes;
  readonly points: readonly MetricPoint[];
}

export interface MetricPoint {
  readonly timeUs: number;
  /** Gauges and sums; sums are as they came, cumulative or delta. */
  readonly value?: number;
  readonly count?: number;
  readonly sum?: number;
  /** Upper bounds, without infinity; exponential ones are made explicit. */
  readonly bounds?: readonly number[];
  readonly counts?: readonly number[];
  readonly temporality?: 'delta' | 'cumulative';
  readonly exemplars?: readonly ExemplarView[];
}

export interface ExemplarView {
  readonly timeUs: number;
  readonly value: number;
  readonly traceId: string | null;
  readonly spanId: string | null;
}

/** `GET /api/doctor` */
export interface Finding {
  /** D01 to D16; see the guide. */
  readonly rule: string;
  readonly severity: 'error' | 'warning' | 'info';
  readonly title: string;
  /** What was seen, in one or two sentences with the names and figures. */
  readonly evidence: string;
  readonly fix: string;
  readonly service: string | null;
  readonly occurrences: number;
  /** Some of the spans it was seen on, newest first. */
  readonly spans: readonly { readonly traceId: string; readonly spanId: string; readonly name: string }[];
  /** Stable: what was ignored stays ignored. */
  readonly key: string;
  readonly ignored: boolean;
}

/** `GET /api/settings`; changed by `POST /api/settings` with a {@link SettingsChange}. */
export interface Settings {
  readonly version: string;
  readonly retention: 'none' | 'run' | 'resume';
  readonly maxBytes: number;
  readonly ingest: { readonly http: string | null; readonly grpc: string | null };
  readonly paused: boolean;
  readonly mutedRoutes: readonly string[];
  readonly run: string;
  readonly runs: readonly RunInfo[];
  readonly totals: StoreTotals;
  /** How often the store failed and was started again, and why it was the last time; in the meantime everything is 503. */
  readonly storeRestarts: { readonly count: number; readonly lastReason: string | null };
}

export interface RunInfo {
  readonly id: string;
  readonly startedUs: number;
  readonly bytes: number;
  readonly current: boolean;
}

export interface StoreTotals {
  readonly traces: number;
  readonly spans: number;
  readonly logs: number;
  readonly metricPoints: number;
  readonly bytes: number;
  /** Taken out again for room, and refused at the door. */
  readonly evictedSpans: number;
  readonly refused: number;
}

/** Body of `POST /api/settings`; only what is named changes. */
export interface SettingsChange {
  readonly paused?: boolean;
  /** `service METHOD route`. */
  readonly mute?: string;
  readonly unmute?: string;
  readonly ignoreFinding?: string;
  readonly unignoreFinding?: string;
}

/**
 * Answer to `POST /api/import`, whose body is OTLP/JSON as `application/x-ndjson` or `application/json`: an export of this
 * dashboard, a file of a Collector's file exporter, or one export request.
 */
export interface ImportResult {
  /** Export requests in the file. */
  readonly requests: number;
  /** Spans, log records and points. */
  readonly accepted: number;
  readonly rejected: number;
}

/** Events of `GET /api/stream` (server-sent events): `traces` carries these, `logs` {@link LogView}s, `totals` {@link StoreTotals}. */
export type StreamedTraces = readonly TraceSummary[];

/** Every answer that is not 2xx. */
export interface ApiError {
  readonly error: { readonly code: string; readonly message: string };
}
