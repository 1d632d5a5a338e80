import type { Database } from './database.js';
import type { RowCounts } from './row.counts.js';
import type { SpanRow } from './span.row.js';
import type { Words } from './words.js';

/** What one batch adds to one trace. */
interface Tally {
  /** The span that gives the trace its name: the root, or the earliest one seen. */
  named: SpanRow;
  service: number;
  readonly services: Set<number>;
  startUs: number;
  endUs: number;
  spans: number;
  errors: number;
}

/** Twice at most; many times what one step of a request has. */
const REMEMBERED = 25_000;

/** Keeps the row of each trace up to date, once per batch rather than once per span. */
export class TraceTallies {
  #tids = new Map<string, number>();
  /** Those remembered before them: of a request that is being written none must be forgotten, they have no row yet. */
  #earlier = new Map<string, number>();
  #next: number;
  /** Traces up to this one are gone. */
  #gone = 0;

  constructor(
    private readonly database: Database,
    private readonly words: Words,
    private readonly counts: RowCounts,
  ) {
    // Spans of a doomed trace may be left; its number must not be given away again.
    const last = database
      .prepare(
        'SELECT max(tid) AS tid FROM (SELECT max(tid) AS tid FROM trace UNION ALL SELECT max(tid) FROM doomed)',
      )
      .get()?.['tid'];
    this.#next = Number(last ?? 0) + 1;
  }

  /** The number of a trace: arrival order. A trace that is new gets one, and its row with {@link write}. */
  tid(traceId: string): number {
    const known = this.#tids.get(traceId) ?? this.#earlier.get(traceId);
    if (known !== undefined && known > this.#gone) return this.#remember(traceId, known);
    const row = this.database.prepare('SELECT tid FROM trace WHERE trace_id = ?').get(traceId);
    if (row === undefined) this.counts.traces += 1;
    const tid = row === undefined ? this.#next++ : Number(row['tid']);
    return this.#remember(traceId, tid);
  }

  #remember(traceId: string, tid: number): number {
    if (this.#tids.size >= REMEMBERED) {
      this.#earlier = this.#tids;
      this.#tids = new Map();
    }
    this.#tids.set(traceId, tid);
    return tid;
  }

  /** Writes what spans add to their traces. */
  write(batch: Map<string, Tally>): void {
    const upsert = this.database.prepare(`
      INSERT INTO trace (tid, trace_id, name, service, route, method, http_status, named_us, start_us, end_us, spans, errors, root_arrived, logs)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, (SELECT count(*) FROM log WHERE log.trace_id = ?))
      ON CONFLICT (tid) DO UPDATE SET
        name = iif(${BETTER}, excluded.name, name), service = iif(${BETTER}, excluded.service, service),
        route = iif(${BETTER}, excluded.route, route), method = iif(${BETTER}, excluded.method, method),
        http_status = iif(${BETTER}, excluded.http_status, http_status),
        named_us = iif(${BETTER}, excluded.named_us, named_us),
        start_us = min(start_us, excluded.start_us), end_us = max(end_us, excluded.end_us),
        spans = spans + excluded.spans, errors = errors + excluded.errors,
        root_arrived = max(root_arrived, excluded.root_arrived)`);
    const member = this.database.prepare(
      'INSERT INTO trace_service (service, tid) VALUES (?, ?) ON CONFLICT DO NOTHING',
    );
    for (const [traceId, tally] of batch) {
      const { named } = tally;
      const tid = this.tid(traceId);
      upsert.run(
        tid,
        traceId,
        this.words.id(named.name),
        tally.service,
        named.route === null ? null : this.words.id(named.route),
        named.method === null ? null : this.words.id(named.method),
        named.httpStatus,
        named.startUs,
        tally.startUs,
        tally.endUs,
        tally.spans,
        tally.errors,
        named.parentId === null ? 1 : 0,
        // Its logs may have been here before it.
        traceId,
      );
      for (const service of tally.services) member.run(service, tid);
    }
  }

  /** Adds a span to what its batch adds. */
  add(batch: Map<string, Tally>, row: SpanRow, service: number): void {
    const tally = batch.get(row.traceId);
    if (tally === undefined) {
      batch.set(row.traceId, {
        named: row,
        service,
        services: new Set([service]),
        startUs: row.startUs,
        endUs: row.endUs,
        spans: 1,
        errors: row.isError ? 1 : 0,
      });
      return;
    }
    if (namesBetter(row, tally.named)) {
      tally.named = row;
      tally.service = service;
    }
    tally.services.add(service);
    tally.startUs = Math.min(tally.startUs, row.startUs);
    tally.endUs = Math.max(tally.endUs, row.endUs);
    tally.spans += 1;
    if (row.isError) tally.errors += 1;
  }

  /** Traces up to a number were taken out. */
  forgetUntil(tid: number): void {
    this.#gone = Math.max(this.#gone, tid);
  }

  forget(): void {
    this.#tids.clear();
    this.#earlier.clear();
  }
}

export type TraceBatch = Map<string, Tally>;

/** The rule of {@link namesBetter} between the row and what is to be merged into it. */
const BETTER =
  '(excluded.root_arrived > root_arrived OR (excluded.root_arrived = root_arrived AND excluded.named_us < named_us))';

function namesBetter(row: SpanRow, present: SpanRow): boolean {
  const isRoot = row.parentId === null;
  const wasRoot = present.parentId === null;
  return isRoot === wasRoot ? row.startUs < present.startUs : isRoot;
}
