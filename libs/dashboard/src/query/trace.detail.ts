import type {
  JsonAttributes,
  LinkView,
  ResourceView,
  SpanKindName,
  SpanView,
  StatusName,
  TraceDetail,
} from '../api/api.types.js';
import type { Store } from '../store/store.js';
import { criticalPath } from './critical.path.js';
import { LOG_COLUMNS, LOG_JOINS, logView } from './log.list.js';
import { jsonIn, numberIn, textIn } from './row.values.js';
import { readSpans, type StoredSpan } from './stored.span.js';
import { readSummary } from './trace.summary.js';

const KINDS: readonly SpanKindName[] = [
  'unspecified',
  'internal',
  'server',
  'client',
  'producer',
  'consumer',
];
const STATUSES: readonly StatusName[] = ['unset', 'ok', 'error'];
const MOST_SPANS = 100_000;
const MOST_LOGS = 5000;

interface Dropped {
  readonly attributes: number;
  readonly events: number;
  readonly links: number;
}

const NONE_DROPPED: Dropped = { attributes: 0, events: 0, links: 0 };

/** A trace, and the spans it was made of. */
export interface ReadTrace {
  readonly trace: Omit<TraceDetail, 'findings'>;
  readonly spans: readonly StoredSpan[];
}

/** Everything of one trace but its findings; undefined when it is not there. */
export function readTrace(store: Store, traceId: string): ReadTrace | undefined {
  const summary = readSummary(store, traceId);
  if (summary === undefined) return undefined;
  const { tid, ...shown } = summary;
  const stored = readSpans(store, { tid, traceId }, MOST_SPANS);
  const { resources, indexes } = resourcesOf(store, stored);
  const backLinks = backLinksOf(store, traceId);
  const spans = stored.map((span) => spanView(span, indexes, backLinks));
  const logs = store.database
    .prepare(
      `SELECT ${LOG_COLUMNS} FROM log l ${LOG_JOINS} WHERE l.trace_id = ? ORDER BY l.time_us, l.id LIMIT ?`,
    )
    .all(traceId, MOST_LOGS)
    .map(logView);
  const trace = { summary: shown, spans, logs, resources, criticalPath: criticalPath(spans) };
  return { trace, spans: stored };
}

function spanView(
  span: StoredSpan,
  resources: ReadonlyMap<number, number>,
  backLinks: ReadonlyMap<string, SpanView['backLinks']>,
): SpanView {
  const { columns, attributes, events } = span;
  const { spanId, linksText, droppedText } = columns;
  const dropped = droppedText === null ? NONE_DROPPED : (JSON.parse(droppedText) as Dropped);
  return {
    spanId,
    parentSpanId: columns.parentId,
    traceState: columns.traceState,
    flags: columns.flags,
    name: columns.name,
    kind: KINDS[columns.kind] ?? 'unspecified',
    service: columns.service,
    resource: resources.get(columns.resource) ?? 0,
    scope: columns.scope,
    startUs: columns.startUs,
    durationUs: columns.durationUs,
    status: STATUSES[columns.status] ?? 'unset',
    statusMessage: columns.statusMessage,
    attributes,
    events,
    links: linksText === null ? [] : (JSON.parse(linksText) as LinkView[]),
    backLinks: backLinks.get(spanId) ?? [],
    droppedAttributes: dropped.attributes,
    droppedEvents: dropped.events,
    droppedLinks: dropped.links,
  };
}

function resourcesOf(
  store: Store,
  spans: readonly StoredSpan[],
): { resources: ResourceView[]; indexes: Map<number, number> } {
  const ids = [...new Set(spans.map(({ columns }) => columns.resource))].toSorted((a, b) => a - b);
  const read = store.database.prepare('SELECT service, attributes FROM resource WHERE id = ?');
  const rows = ids.map((id) => read.get(id) ?? {});
  return {
    resources: rows.map((row) => ({
      service: store.words.text(numberIn(row, 'service')),
      attributes: jsonIn<JsonAttributes>(row, 'attributes', {}),
    })),
    indexes: new Map(ids.map((id, index) => [id, index])),
  };
}

function backLinksOf(store: Store, traceId: string): Map<string, SpanView['backLinks']> {
  const rows = store.database
    .prepare(
      `SELECT l.span_id AS target, s.span_id AS span_id, t.trace_id AS trace_id
       FROM link l JOIN span s ON s.id = l.from_span JOIN trace t ON t.tid = s.tid WHERE l.trace_id = ? LIMIT 1000`,
    )
    .all(traceId);
  const links = new Map<string, { traceId: string; spanId: string }[]>();
  for (const row of rows) {
    const target = textIn(row, 'target');
    const list = links.get(target) ?? [];
    list.push({ traceId: textIn(row, 'trace_id'), spanId: textIn(row, 'span_id') });
    links.set(target, list);
  }
  return links;
}
