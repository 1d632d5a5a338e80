import type { SQLInputValue } from 'node:sqlite';
import type { TraceQuery } from '../api/api.types.js';
import type { Store } from '../store/store.js';
import { mutedRoutes } from './muted.routes.js';

/** Part of a statement; the traces are `t`. */
interface Conditions {
  /** What is walked: all traces, or those of one service. */
  readonly from: string;
  /** The column of the walked table that has the order of arrival. */
  readonly tid: 't.tid' | 'ts.tid';
  readonly sql: string[];
  readonly values: SQLInputValue[];
}

/** The conditions of a query on traces but for its search; undefined when nothing can hold them. */
export function traceConditions(store: Store, query: TraceQuery): Conditions | undefined {
  const sql: string[] = ['1'];
  const values: SQLInputValue[] = [];
  const word = (column: string, text: string): boolean => {
    const id = store.words.find(text);
    if (id === undefined) return false;
    sql.push(column);
    values.push(id);
    return true;
  };
  if (query.service !== undefined && !word('ts.service = ?', query.service)) return undefined;
  if (query.route !== undefined && !word('t.route = ?', query.route)) return undefined;
  if (query.status !== undefined) {
    const [low, high] = statusRange(query.status);
    sql.push('t.http_status BETWEEN ? AND ?');
    values.push(low, high);
  }
  if (query.error !== undefined) sql.push(query.error ? 't.errors > 0' : 't.errors = 0');
  const atLeast = (column: string, operator: string, value: number | undefined): void => {
    if (value === undefined) return;
    sql.push(`${column} ${operator} ?`);
    values.push(value);
  };
  atLeast('(t.end_us - t.start_us)', '>=', query.minMs === undefined ? undefined : query.minMs * 1000);
  atLeast('(t.end_us - t.start_us)', '<=', query.maxMs === undefined ? undefined : query.maxMs * 1000);
  atLeast('t.start_us', '>=', query.fromUs);
  atLeast('t.start_us', '<=', query.toUs);
  // Who asks for a route wants to see it, muted or not.
  if (query.route === undefined) {
    for (const { service, method, route } of mutedRoutes(store)) {
      sql.push(
        "NOT (s.text = ? AND t.route IS NOT NULL AND r.text = ? AND coalesce((SELECT text FROM word WHERE id = t.method), '') = ?)",
      );
      values.push(service, route, method);
    }
  }
  // The order of the tables is the plan: a service's traces are walked from the newest on, not gathered and sorted.
  const from =
    query.service === undefined ? 'trace t' : 'trace_service ts CROSS JOIN trace t ON t.tid = ts.tid';
  return { from, tid: query.service === undefined ? 't.tid' : 'ts.tid', sql, values };
}

function statusRange(status: string): [number, number] {
  const [, digit] = /^([1-5])xx$/i.exec(status) ?? [];
  if (digit !== undefined) return [Number(digit) * 100, Number(digit) * 100 + 99];
  return [Number(status) || 0, Number(status) || 0];
}

/** The numbers of a cursor; undefined when there is none, or it is not one of ours. */
export function cursorOf(before: string | undefined, length: number): number[] | undefined {
  const numbers = before?.split('_').map(Number);
  return numbers?.length === length && numbers.every(Number.isFinite) ? numbers : undefined;
}
