import type { SQLInputValue } from 'node:sqlite';
import type { JsonAttributes, JsonValue, LogPage, LogView } from '../api/api.types.js';
import { plainText } from '../store/plain.text.js';
import type { Store } from '../store/store.js';
import { matches, matchExpression, parseQuery, type Term } from './attribute.query.js';
import { jsonIn, numberIn, type Row, textIn, textOrNull } from './row.values.js';

/** Parameters of `GET /api/logs`, all optional. */
export interface LogQuery {
  readonly service?: string;
  /** Lowest severity number. */
  readonly severity?: number;
  readonly traceId?: string;
  readonly spanId?: string;
  readonly q?: string;
  readonly fromUs?: number;
  readonly toUs?: number;
  readonly limit?: number;
  readonly before?: string;
}

export const LOG_COLUMNS = `l.id AS id, l.time_us AS time_us, w.text AS service, l.severity AS severity,
  l.severity_text AS severity_text, l.trace_id AS trace_id, l.span_id AS span_id, e.text AS event,
  l.body AS body, l.attributes AS attributes`;
export const LOG_JOINS = 'JOIN word w ON w.id = l.service JOIN word e ON e.id = l.event';

const DEFAULT_LIMIT = 200;
const MOST = 1000;
const SEARCH_BUDGET = 20_000;
/** What the index knows of and other conditions leave out is looked at quickly. */
const INDEX_BUDGET = 100_000;
const SLICE = 1000;
const LOG_FIELDS = new Set(['service', 'severity', 'event', 'message']);

/** Logs, newest first. */
export function listLogs(store: Store, query: LogQuery): LogPage {
  const limit = Math.min(Math.max(1, Math.trunc(query.limit ?? DEFAULT_LIMIT)), MOST);
  const terms = parseQuery(query.q ?? '');
  const logs: LogView[] = [];
  let before = Number(query.before ?? Number.MAX_SAFE_INTEGER);
  if (!Number.isSafeInteger(before)) before = Number.MAX_SAFE_INTEGER;
  const match = matchExpression(terms, LOG_FIELDS);
  const size = terms.length === 0 ? limit + 1 : SLICE;
  let found = 0;
  for (let looked = 0; looked < SEARCH_BUDGET && found < INDEX_BUDGET; found += size) {
    const { rows, last, isEnd } =
      match === '' ? slice(store, query, before, size) : indexed(store, query, match, before, size);
    for (const row of rows) {
      looked += 1;
      const log = logView(row);
      if (terms.length === 0 || isMatch(terms, log)) {
        if (logs.length === limit) return { logs, next: String(before) };
        logs.push(log);
      }
      before = numberIn(row, 'id');
    }
    if (isEnd) return { logs, next: null };
    before = last;
  }
  return { logs, next: String(before) };
}

/** The log records between two ids, oldest first: what has just come in. */
export function logsBetween(store: Store, firstId: number, lastId: number): LogView[] {
  return store.database
    .prepare(`SELECT ${LOG_COLUMNS} FROM log l ${LOG_JOINS} WHERE l.id BETWEEN ? AND ? ORDER BY l.id LIMIT ?`)
    .all(firstId, lastId, MOST)
    .map(logView);
}

interface Slice {
  readonly rows: Row[];
  /** The last record that was looked at, there or not. */
  readonly last: number;
  readonly isEnd: boolean;
}

/** Records before one. */
function slice(store: Store, query: LogQuery, before: number, limit: number): Slice {
  const { sql, values } = conditionsOf(query);
  const rows = store.database
    .prepare(`SELECT ${LOG_COLUMNS} FROM log l ${LOG_JOINS} WHERE l.id < ?${sql} ORDER BY l.id DESC LIMIT ?`)
    .all(before, ...values, limit);
  return { rows, last: numberIn(rows.at(-1) ?? {}, 'id'), isEnd: rows.length < limit };
}

/** Records before one that hold what the index knows of. */
function indexed(store: Store, query: LogQuery, match: string, before: number, limit: number): Slice {
  const { sql, values } = conditionsOf(query);
  const ids = store.logTokens.newest(match, before, limit);
  const rows = store.database
    .prepare(
      `SELECT ${LOG_COLUMNS} FROM json_each(?) found CROSS JOIN log l ON l.id = found.value ${LOG_JOINS} WHERE 1${sql}`,
    )
    .all(JSON.stringify(ids), ...values);
  return { rows, last: ids.at(-1) ?? 0, isEnd: ids.length < limit };
}

function conditionsOf(query: LogQuery): { readonly sql: string; readonly values: SQLInputValue[] } {
  let sql = '';
  const values: SQLInputValue[] = [];
  const where = (condition: string, value: SQLInputValue | undefined): void => {
    if (value === undefined) return;
    sql += ` AND ${condition}`;
    values.push(value);
  };
  where('l.service = (SELECT id FROM word WHERE text = ?)', query.service);
  where('l.severity >= ?', query.severity);
  where('l.trace_id = ?', query.traceId);
  where('l.span_id = ?', query.spanId);
  where('l.time_us >= ?', query.fromUs);
  where('l.time_us <= ?', query.toUs);
  return { sql, values };
}

function isMatch(terms: readonly Term[], log: LogView): boolean {
  const message = typeof log.body === 'string' ? log.body : JSON.stringify(log.body);
  return matches(terms, {
    attributes: log.attributes,
    fields: {
      service: log.service,
      severity: log.severityNumber,
      event: log.eventName,
      message: plainText(message),
    },
    texts: [message, log.eventName],
  });
}

export function logView(row: Row): LogView {
  return {
    id: textIn(row, 'id'),
    timeUs: numberIn(row, 'time_us'),
    service: textIn(row, 'service'),
    severityNumber: numberIn(row, 'severity'),
    severityText: textIn(row, 'severity_text'),
    body: jsonIn<JsonValue>(row, 'body', null),
    eventName: textIn(row, 'event'),
    traceId: textOrNull(row, 'trace_id'),
    spanId: textOrNull(row, 'span_id'),
    attributes: jsonIn<JsonAttributes>(row, 'attributes', {}),
  };
}
