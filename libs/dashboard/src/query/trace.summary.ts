import type { TraceSummary } from '../api/api.types.js';
import type { Store } from '../store/store.js';
import { numberIn, numberOrNull, type Row, textIn, textOrNull } from './row.values.js';

/** Columns of a trace with its words; the table is `t`. */
export const SUMMARY = `
  t.tid AS tid, t.trace_id AS trace_id, n.text AS name, s.text AS service, m.text AS method, r.text AS route,
  t.http_status AS http_status, t.start_us AS start_us, t.end_us AS end_us,
  t.spans AS spans, t.errors AS errors, t.logs AS logs, t.root_arrived AS root_arrived,
  (SELECT group_concat(w.text, char(31)) FROM trace_service ts JOIN word w ON w.id = ts.service WHERE ts.tid = t.tid) AS services`;
export const SUMMARY_JOINS = `
  JOIN word n ON n.id = t.name JOIN word s ON s.id = t.service LEFT JOIN word m ON m.id = t.method LEFT JOIN word r ON r.id = t.route`;

export function summaryOf(row: Row): TraceSummary {
  const startUs = numberIn(row, 'start_us');
  return {
    traceId: textIn(row, 'trace_id'),
    name: textIn(row, 'name'),
    service: textIn(row, 'service'),
    method: textOrNull(row, 'method'),
    route: textOrNull(row, 'route'),
    httpStatus: numberOrNull(row, 'http_status'),
    startUs,
    durationUs: numberIn(row, 'end_us') - startUs,
    spans: numberIn(row, 'spans'),
    errors: numberIn(row, 'errors'),
    logs: numberIn(row, 'logs'),
    services: textIn(row, 'services').split('\u001f'),
    rootArrived: numberIn(row, 'root_arrived') === 1,
  };
}

/** One trace by its id. */
export function readSummary(
  store: Store,
  traceId: string,
): (TraceSummary & { readonly tid: number }) | undefined {
  const row = store.database
    .prepare(`SELECT ${SUMMARY} FROM trace t ${SUMMARY_JOINS} WHERE t.trace_id = ?`)
    .get(traceId);
  return row === undefined ? undefined : { ...summaryOf(row), tid: numberIn(row, 'tid') };
}
