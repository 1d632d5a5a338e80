import { numberIn, textIn, textOrNull } from '../query/row.values.js';
import type { Store } from '../store/store.js';
import type { Asked } from './span.sample.js';

/** Rows that are looked at, and of these the ones that are handed out. */
const MOST_LOOKED_AT = 10_000;
const MOST = 2000;

/** A log record as rules see it. */
export interface ExaminedLog {
  readonly timeUs: number;
  readonly service: string;
  readonly event: string;
  readonly traceId: string | null;
  readonly spanId: string | null;
  /** As JSON, as the attributes: most need not be parsed. */
  readonly bodyText: string;
  readonly attributesText: string;
}

/** The newest records of the window; of a trace also those that were written meanwhile and belong to none. */
export function sampleLogs(store: Store, { fromUs, toUs, traceId }: Asked): ExaminedLog[] {
  return store.database
    .prepare(
      `SELECT l.time_us, l.trace_id, l.span_id, l.body, l.attributes, w.text AS service, e.text AS event
       FROM (SELECT * FROM log ORDER BY id DESC LIMIT ?) l JOIN word w ON w.id = l.service JOIN word e ON e.id = l.event
       WHERE l.time_us BETWEEN ? AND ? AND (? IS NULL OR l.trace_id IS NULL OR l.trace_id = ?) LIMIT ?`,
    )
    .all(MOST_LOOKED_AT, fromUs, toUs, traceId ?? null, traceId ?? null, MOST)
    .map((row) => ({
      timeUs: numberIn(row, 'time_us'),
      service: textIn(row, 'service'),
      event: textIn(row, 'event'),
      traceId: textOrNull(row, 'trace_id'),
      spanId: textOrNull(row, 'span_id'),
      bodyText: textIn(row, 'body'),
      attributesText: textIn(row, 'attributes'),
    }));
}
