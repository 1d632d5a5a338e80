import type { StatementSync } from 'node:sqlite';
import type { JsonAttributes, TracePage, TraceQuery, TraceSummary } from '../api/api.types.js';
import type { Store } from '../store/store.js';
import { matches, matchExpression, type Term } from './attribute.query.js';
import { jsonIn, numberIn, type Row, textIn } from './row.values.js';
import { cursorOf, traceConditions } from './trace.conditions.js';
import { SUMMARY, SUMMARY_JOINS, summaryOf } from './trace.summary.js';

/** Spans looked at for one page; the page then says where to go on. */
const SEARCH_BUDGET = 20_000;
/** The first slice is small, for most searches find enough at once. */
const FIRST_SLICE = 100;
const LARGEST_SLICE = 2000;
/** Names a query may use for what is no attribute. */
const SPAN_FIELDS = new Set(['name', 'service', 'duration', 'kind', 'status']);
const KINDS = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'];
const STATUSES = ['unset', 'ok', 'error'];
const COLUMNS = `s.id AS id, s.tid AS tid, n.text AS name, w.text AS service, s.kind AS kind, s.status AS status,
  s.duration_us AS duration_us, b.attributes AS attributes, b.status_message AS message`;
const JOINS = 'JOIN word n ON n.id = s.name JOIN word w ON w.id = s.service JOIN body b ON b.id = s.id';

/** Traces of which one span holds every term: newest first, or the best of those the budget reaches by duration. */
export function searchTraces(
  store: Store,
  query: TraceQuery,
  terms: readonly Term[],
  limit: number,
): TracePage {
  return query.sort === undefined || query.sort === 'newest'
    ? newest(store, query, terms, limit)
    : byDuration(store, query, query.sort, terms, limit);
}

/** A trace stands where its newest span that matches stands, so that it is on one page only. */
function newest(store: Store, query: TraceQuery, terms: readonly Term[], limit: number): TracePage {
  const [before = Number.MAX_SAFE_INTEGER, top = newestSpan(store)] = cursorOf(query.before, 2) ?? [];
  const traces: TraceSummary[] = [];
  for (const { id, trace } of found(store, query, terms, before, top)) {
    if (trace === undefined) return { traces, next: `${id}_${top}` };
    traces.push(trace);
    if (traces.length === limit) return { traces, next: `${id}_${top}` };
  }
  return { traces, next: null };
}

function byDuration(
  store: Store,
  query: TraceQuery,
  sort: 'slowest' | 'fastest',
  terms: readonly Term[],
  limit: number,
): TracePage {
  const [from = 0] = cursorOf(query.before, 1) ?? [];
  const all: TraceSummary[] = [];
  for (const { trace } of found(store, query, terms, Number.MAX_SAFE_INTEGER, newestSpan(store)))
    if (trace !== undefined) all.push(trace);
  const direction = sort === 'slowest' ? -1 : 1;
  const traces = all
    .toSorted((a, b) => direction * (a.durationUs - b.durationUs) || (a.traceId < b.traceId ? -1 : 1))
    .slice(from, from + limit);
  return { traces, next: from + limit < all.length ? String(from + limit) : null };
}

/** What is found in spans before one, each trace once; without a trace at the end of the budget. */
function* found(
  store: Store,
  query: TraceQuery,
  terms: readonly Term[],
  before: number,
  top: number,
): Generator<{ readonly id: number; readonly trace: TraceSummary | undefined }> {
  const conditions = traceConditions(store, query);
  if (conditions === undefined) return;
  const summary = store.database.prepare(
    `SELECT ${SUMMARY} FROM ${conditions.from} ${SUMMARY_JOINS} WHERE t.tid = ? AND ${conditions.sql.join(' AND ')}`,
  );
  const earlier = store.database.prepare(
    `SELECT ${COLUMNS} FROM span s ${JOINS} WHERE s.tid = ? AND s.id BETWEEN ? AND ?`,
  );
  const candidates = candidatesOf(store, terms);
  const seen = new Set<number>();
  let id = before;
  let size = FIRST_SLICE;
  for (let looked = 0; looked < SEARCH_BUDGET; size = Math.min(size * 4, LARGEST_SLICE)) {
    const { rows, last, isEnd } = candidates(Math.min(id, top + 1), size);
    for (const row of rows) {
      id = numberIn(row, 'id');
      const tid = numberIn(row, 'tid');
      if (seen.has(tid) || !isMatch(terms, row)) continue;
      seen.add(tid);
      if (before <= top && wasShown(earlier, terms, tid, before, top)) continue;
      const trace = summary.get(tid, ...conditions.values);
      if (trace !== undefined) yield { id, trace: summaryOf(trace) };
    }
    looked += size;
    if (isEnd) return;
    id = last;
  }
  yield { id, trace: undefined };
}

/** Whether a page before this one had the trace. */
function wasShown(
  earlier: StatementSync,
  terms: readonly Term[],
  tid: number,
  from: number,
  to: number,
): boolean {
  for (const row of earlier.iterate(tid, from, to)) if (isMatch(terms, row)) return true;
  return false;
}

function newestSpan(store: Store): number {
  return Number(store.database.prepare('SELECT max(id) AS id FROM span').get()?.['id'] ?? 0);
}

interface Candidates {
  readonly rows: Row[];
  /** The last span that was looked at, there or not. */
  readonly last: number;
  readonly isEnd: boolean;
}

/** Reads spans that may match, newest first; the index narrows where it can. */
function candidatesOf(store: Store, terms: readonly Term[]): (before: number, limit: number) => Candidates {
  const match = matchExpression(terms, SPAN_FIELDS);
  if (match === '') {
    const all = store.database.prepare(
      `SELECT ${COLUMNS} FROM span s ${JOINS} WHERE s.id < ? ORDER BY s.id DESC LIMIT ?`,
    );
    return (before, limit) => {
      const rows = all.all(before, limit);
      return { rows, last: numberIn(rows.at(-1) ?? {}, 'id'), isEnd: rows.length < limit };
    };
  }
  const indexed = store.database.prepare(
    `SELECT ${COLUMNS} FROM json_each(?) found CROSS JOIN span s ON s.id = found.value ${JOINS}`,
  );
  return (before, limit) => {
    const ids = store.spanTokens.newest(match, before, limit);
    return { rows: indexed.all(JSON.stringify(ids)), last: ids.at(-1) ?? 0, isEnd: ids.length < limit };
  };
}

function isMatch(terms: readonly Term[], row: Row): boolean {
  return matches(terms, {
    attributes: jsonIn<JsonAttributes>(row, 'attributes', {}),
    fields: {
      name: textIn(row, 'name'),
      service: textIn(row, 'service'),
      kind: KINDS[numberIn(row, 'kind')] ?? '',
      status: STATUSES[numberIn(row, 'status')] ?? '',
      duration: numberIn(row, 'duration_us'),
    },
    texts: [textIn(row, 'name'), textIn(row, 'message')],
  });
}
