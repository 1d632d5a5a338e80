import type { SQLOutputValue } from 'node:sqlite';
import type { EventView, JsonAttributes } from '../api/api.types.js';
import type { Store } from '../store/store.js';

/** What is stored of one span, its words spelled out; what is JSON is still text. */
export interface SpanColumns {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId: string | null;
  readonly service: string;
  readonly name: string;
  readonly kind: number;
  readonly route: string | null;
  readonly method: string | null;
  readonly httpStatus: number | null;
  readonly startUs: number;
  readonly durationUs: number;
  readonly status: number;
  readonly statusMessage: string;
  readonly flags: number;
  readonly traceState: string;
  readonly scope: string;
  /** Id of the resource. */
  readonly resource: number;
  readonly attributesText: string;
  readonly eventsText: string | null;
  readonly linksText: string | null;
  readonly droppedText: string | null;
}

/** A span as it was read, for the page and for the doctor; JSON is parsed once, when somebody asks for what is in it. */
export class StoredSpan {
  #attributes: JsonAttributes | undefined;
  #events: readonly EventView[] | undefined;

  constructor(readonly columns: SpanColumns) {}

  get attributes(): JsonAttributes {
    return (this.#attributes ??= JSON.parse(this.columns.attributesText) as JsonAttributes);
  }

  get events(): readonly EventView[] {
    const { eventsText } = this.columns;
    return (this.#events ??= eventsText === null ? [] : (JSON.parse(eventsText) as EventView[]));
  }
}

/** In the order in which {@link readSpans} takes them out of a row. */
const COLUMNS = `s.span_id, s.parent_id, s.service, s.name, s.kind, s.route, s.method, s.http_status, s.start_us,
  s.duration_us, s.status, b.status_message, b.flags, b.trace_state, b.scope, b.resource, b.attributes, b.events, b.links, b.dropped`;

/**
 * The spans of a trace, by their start. Words are put in by what the store remembers of them: a join would look for each of
 * them again for every span, and rows with names are made slower than rows without.
 */
export function readSpans(
  store: Store,
  { tid, traceId }: { readonly tid: number; readonly traceId: string },
  most: number,
): StoredSpan[] {
  const { database, words } = store;
  const rows = database
    .prepareArrays(
      `SELECT ${COLUMNS} FROM span s JOIN body b ON b.id = s.id WHERE s.tid = ? ORDER BY s.start_us, s.id LIMIT ?`,
    )
    .all(tid, most) as unknown as readonly (readonly SQLOutputValue[])[];
  const wordOrNull = (id: SQLOutputValue | undefined): string | null =>
    id === null || id === undefined ? null : words.text(Number(id));
  return rows.map(
    (row) =>
      new StoredSpan({
        traceId,
        spanId: row[0] as string,
        parentId: row[1] as string | null,
        service: words.text(row[2] as number),
        name: words.text(row[3] as number),
        kind: row[4] as number,
        route: wordOrNull(row[5]),
        method: wordOrNull(row[6]),
        httpStatus: row[7] as number | null,
        startUs: row[8] as number,
        durationUs: row[9] as number,
        status: row[10] as number,
        statusMessage: (row[11] as string | null) ?? '',
        flags: row[12] as number,
        traceState: (row[13] as string | null) ?? '',
        scope: words.text(row[14] as number),
        resource: row[15] as number,
        attributesText: row[16] as string,
        eventsText: row[17] as string | null,
        linksText: row[18] as string | null,
        droppedText: row[19] as string | null,
      }),
  );
}
