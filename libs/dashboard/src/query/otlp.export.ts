import type { Signal } from '@nest-telemetry/otlp';
import type { ExemplarView, EventView, JsonAttributes, JsonValue, LinkView } from '../api/api.types.js';
import type { Store } from '../store/store.js';
import { groupsOf, nanoseconds, type OtlpJson, otlpAttributes, otlpValue } from './otlp.values.js';
import { jsonIn, numberIn, type Row, textIn } from './row.values.js';

/** Where an export goes on. */
export interface ExportPosition {
  readonly signal: Signal;
  /** The last row that was told. */
  readonly after: number;
}

export interface ExportSlice {
  /** One export request in OTLP/JSON and a line break; empty at the end of a signal. */
  readonly line: string;
  /** Where the next slice begins; null at the end of everything. */
  readonly next: ExportPosition | null;
}

/** Rows of one slice: nobody waits long for the store. */
const SLICE = 500;
const FOLLOWING: Readonly<Record<Signal, Signal | null>> = { traces: 'logs', logs: 'metrics', metrics: null };

/** The next rows of the store as the request that could have brought them. */
export function exportSlice(store: Store, { signal, after }: ExportPosition): ExportSlice {
  const rows = store.database.prepare(ROWS[signal]).all(after, SLICE);
  const last = rows.at(-1);
  if (last === undefined) {
    const following = FOLLOWING[signal];
    return { line: '', next: following === null ? null : { signal: following, after: 0 } };
  }
  return {
    line: `${JSON.stringify(REQUESTS[signal](rows))}\n`,
    next: { signal, after: numberIn(last, 'id') },
  };
}

const ROWS: Readonly<Record<Signal, string>> = {
  traces: `SELECT s.id AS id, t.trace_id AS trace_id, s.span_id AS span_id, s.parent_id AS parent_id, n.text AS name,
      c.text AS scope_name, s.kind AS kind, s.start_us AS start_us, s.duration_us AS duration_us, s.status AS status,
      b.flags AS flags, b.trace_state AS trace_state, b.status_message AS message, b.attributes AS attributes,
      b.events AS events, b.links AS links, b.dropped AS dropped, r.attributes AS resource
    FROM span s JOIN trace t ON t.tid = s.tid JOIN body b ON b.id = s.id JOIN resource r ON r.id = b.resource
      JOIN word n ON n.id = s.name JOIN word c ON c.id = b.scope
    WHERE s.id > ? ORDER BY s.id LIMIT ?`,
  logs: `SELECT l.*, w.text AS service_name, e.text AS event_name
    FROM log l JOIN word w ON w.id = l.service JOIN word e ON e.id = l.event WHERE l.id > ? ORDER BY l.id LIMIT ?`,
  metrics: `SELECT p.*, s.attributes AS attributes, s.instance AS instance, w.text AS service_name, m.scope AS scope_name, m.name AS name, m.unit AS unit,
      m.description AS description, m.type AS type, m.monotonic AS monotonic, m.id AS metric
    FROM point p JOIN series s ON s.id = p.series JOIN metric m ON m.id = s.metric JOIN word w ON w.id = m.service
    WHERE p.id > ? ORDER BY p.id LIMIT ?`,
};

const REQUESTS: Readonly<Record<Signal, (rows: readonly Row[]) => OtlpJson>> = {
  traces: (rows) => ({
    resourceSpans: groupsOf(rows, (row) => textIn(row, 'resource')).map(([resource, own]) => ({
      resource: { attributes: otlpAttributes(JSON.parse(resource) as JsonAttributes) },
      scopeSpans: groupsOf(own, (row) => textIn(row, 'scope_name')).map(([name, spans]) => ({
        scope: { name },
        spans: spans.map(spanOf),
      })),
    })),
  }),
  logs: (rows) => ({
    resourceLogs: groupsOf(rows, (row) => textIn(row, 'service_name')).map(([service, own]) => ({
      resource: { attributes: otlpAttributes({ 'service.name': service }) },
      scopeLogs: [{ logRecords: own.map(logOf) }],
    })),
  }),
  metrics: (rows) => ({
    resourceMetrics: groupsOf(rows, resourceIn).map(([resource, own]) => ({
      resource: { attributes: otlpAttributes(JSON.parse(resource) as JsonAttributes) },
      scopeMetrics: groupsOf(own, (row) => textIn(row, 'scope_name')).map(([name, points]) => ({
        scope: { name },
        metrics: groupsOf(points, (row) => numberIn(row, 'metric')).map(([, same]) => metricOf(same)),
      })),
    })),
  }),
};

/** What is known of the resource of a point, as JSON. */
function resourceIn(row: Row): string {
  const instance = jsonIn<JsonAttributes>(row, 'instance', {});
  return JSON.stringify({ 'service.name': textIn(row, 'service_name'), ...instance });
}

function spanOf(row: Row): OtlpJson {
  const startUs = numberIn(row, 'start_us');
  const dropped = jsonIn(row, 'dropped', { attributes: 0, events: 0, links: 0 });
  return {
    traceId: textIn(row, 'trace_id'),
    spanId: textIn(row, 'span_id'),
    parentSpanId: textIn(row, 'parent_id'),
    traceState: textIn(row, 'trace_state'),
    flags: numberIn(row, 'flags'),
    name: textIn(row, 'name'),
    kind: numberIn(row, 'kind'),
    startTimeUnixNano: nanoseconds(startUs),
    endTimeUnixNano: nanoseconds(startUs + numberIn(row, 'duration_us')),
    attributes: otlpAttributes(jsonIn<JsonAttributes>(row, 'attributes', {})),
    droppedAttributesCount: dropped.attributes,
    events: jsonIn<EventView[]>(row, 'events', []).map(({ name, timeUs, attributes }) => ({
      name,
      timeUnixNano: nanoseconds(timeUs),
      attributes: otlpAttributes(attributes),
    })),
    droppedEventsCount: dropped.events,
    links: jsonIn<LinkView[]>(row, 'links', []).map(({ traceId, spanId, attributes }) => ({
      traceId,
      spanId,
      attributes: otlpAttributes(attributes),
    })),
    droppedLinksCount: dropped.links,
    status: { code: numberIn(row, 'status'), message: textIn(row, 'message') },
  };
}

function logOf(row: Row): OtlpJson {
  return {
    timeUnixNano: nanoseconds(numberIn(row, 'time_us')),
    severityNumber: numberIn(row, 'severity'),
    severityText: textIn(row, 'severity_text'),
    body: otlpValue(jsonIn<JsonValue>(row, 'body', null)),
    attributes: otlpAttributes(jsonIn<JsonAttributes>(row, 'attributes', {})),
    traceId: textIn(row, 'trace_id'),
    spanId: textIn(row, 'span_id'),
    eventName: textIn(row, 'event_name'),
  };
}

function metricOf(rows: readonly Row[]): OtlpJson {
  const [row = {}] = rows;
  const [name, unit, description] = ['name', 'unit', 'description'].map((column) => textIn(row, column));
  const aggregationTemporality = numberIn(row, 'temporality');
  const metric = { name, unit, description };
  switch (textIn(row, 'type')) {
    case 'gauge':
      return { ...metric, gauge: { dataPoints: rows.map(numberPoint) } };
    case 'sum': {
      const isMonotonic = numberIn(row, 'monotonic') === 1;
      return { ...metric, sum: { aggregationTemporality, isMonotonic, dataPoints: rows.map(numberPoint) } };
    }
    case 'summary':
      return { ...metric, summary: { dataPoints: rows.map(countedPoint) } };
    default:
      // Exponential buckets were made explicit when they came.
      return { ...metric, histogram: { aggregationTemporality, dataPoints: rows.map(histogramPoint) } };
  }
}

function pointOf(row: Row): OtlpJson {
  return {
    timeUnixNano: nanoseconds(numberIn(row, 'time_us')),
    attributes: otlpAttributes(jsonIn<JsonAttributes>(row, 'attributes', {})),
  };
}

function numberPoint(row: Row): OtlpJson {
  return { ...pointOf(row), asDouble: numberIn(row, 'value'), exemplars: exemplarsOf(row) };
}

function countedPoint(row: Row): OtlpJson {
  return { ...pointOf(row), count: String(Math.trunc(numberIn(row, 'count'))), sum: numberIn(row, 'sum') };
}

function histogramPoint(row: Row): OtlpJson {
  return {
    ...countedPoint(row),
    explicitBounds: jsonIn<number[]>(row, 'bounds', []),
    bucketCounts: jsonIn<number[]>(row, 'counts', []).map(String),
    exemplars: exemplarsOf(row),
  };
}

function exemplarsOf(row: Row): OtlpJson[] {
  return jsonIn<ExemplarView[]>(row, 'exemplars', []).map(({ timeUs, value, traceId, spanId }) => ({
    timeUnixNano: nanoseconds(timeUs),
    asDouble: value,
    ...(traceId !== null && { traceId }),
    ...(spanId !== null && { spanId }),
  }));
}
