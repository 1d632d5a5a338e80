import type { TracePage, TraceQuery } from '../api/api.types.js';
import type { Store } from '../store/store.js';
import { parseQuery } from './attribute.query.js';
import { numberIn } from './row.values.js';
import { cursorOf, traceConditions } from './trace.conditions.js';
import { searchTraces } from './trace.search.js';
import { SUMMARY, SUMMARY_JOINS, summaryOf } from './trace.summary.js';

const DEFAULT_LIMIT = 50;
const MOST = 500;
/** By duration and, among equals, by arrival: the order of the index, so that nothing is sorted. */
const DURATION = '(t.end_us - t.start_us)';
const ORDERS = {
  slowest: { by: `${DURATION} DESC, t.tid DESC`, beyond: `(${DURATION}, t.tid) < (?, ?)` },
  fastest: { by: `${DURATION}, t.tid`, beyond: `(${DURATION}, t.tid) > (?, ?)` },
} as const;

/** The trace list: newest first, or by duration. */
export function listTraces(store: Store, query: TraceQuery): TracePage {
  const limit = Math.min(Math.max(1, Math.trunc(query.limit ?? DEFAULT_LIMIT)), MOST);
  const terms = parseQuery(query.q ?? '');
  return terms.length === 0 ? page(store, query, limit) : searchTraces(store, query, terms, limit);
}

function page(store: Store, query: TraceQuery, limit: number): TracePage {
  const conditions = traceConditions(store, query);
  if (conditions === undefined) return { traces: [], next: null };
  const { sql, values, tid: arrival } = conditions;
  const sort = query.sort ?? 'newest';
  const order = sort === 'newest' ? { by: `${arrival} DESC`, beyond: `${arrival} < ?` } : ORDERS[sort];
  const cursor = cursorOf(query.before, sort === 'newest' ? 1 : 2);
  if (cursor !== undefined) {
    sql.push(order.beyond);
    values.push(...cursor);
  }
  const rows = store.database
    .prepare(
      `SELECT ${SUMMARY} FROM ${conditions.from} ${SUMMARY_JOINS} WHERE ${sql.join(' AND ')} ORDER BY ${order.by} LIMIT ?`,
    )
    .all(...values, limit + 1);
  const traces = rows.slice(0, limit).map(summaryOf);
  const last = rows[limit - 1];
  if (last === undefined || rows.length <= limit) return { traces, next: null };
  const tid = numberIn(last, 'tid');
  const duration = numberIn(last, 'end_us') - numberIn(last, 'start_us');
  return { traces, next: sort === 'newest' ? String(tid) : `${duration}_${tid}` };
}
