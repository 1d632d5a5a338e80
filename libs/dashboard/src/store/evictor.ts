import type { ArrivalMinutes } from './arrival.minutes.js';
import type { Database } from './database.js';
import type { RowCounts } from './row.counts.js';
import type { TokenIndex } from './token.index.js';
import { takeOutUnused } from './unused.rows.js';

/** How long one slice may take: nobody waits longer than this and one batch for the store. */
const SLICE_MILLIS = 10;
/** Rows between two looks at the clock. */
const STRIDE = 50;
const STRIDES = 20;
const SHRINK_PAGES = 256;
/** What may be there beyond the limit, as a share of it, before writing has to wait. */
const MOST_BEYOND = 1 / 16;

/** Keeps the file below its limit: the oldest goes first, a slice at a time. */
export class Evictor {
  #evictedSpans = 0;
  #tidiedMinute = -1;
  #isUntidy = false;
  #isTidying = false;

  constructor(
    private readonly database: Database,
    private readonly minutes: ArrivalMinutes,
    private readonly counts: RowCounts,
    private readonly tokens: Readonly<Record<'span' | 'log', TokenIndex>>,
    private readonly maxBytes: number,
  ) {}

  get evictedSpans(): number {
    return this.#evictedSpans;
  }

  /** Whether so much is there that room must be made before anything else. */
  get isOverfull(): boolean {
    return this.database.bytes > this.maxBytes * (1 + MOST_BEYOND);
  }

  /**
   * Takes out one slice if there is too much, or if a trace is half gone.
   * @returns whether there may be more to do, the last trace that is gone, and whether words may be gone
   */
  step(): { readonly more: boolean; readonly until: number; readonly sweptWords: boolean } {
    const { database } = this;
    const isOver = database.bytes > this.maxBytes;
    if (!isOver && !this.#isDooming()) {
      const sweptWords = this.#tidy();
      return { more: sweptWords || this.#shrink(), until: 0, sweptWords };
    }
    this.#isUntidy = true;
    const deadline = performance.now() + SLICE_MILLIS;
    const until = database.transaction(() => (isOver ? this.#doomOldest() : 0));
    let took = until > 0;
    // Each stride is whole by itself: a trace is gone when it is doomed, and its spans are nobody's.
    for (let stride = 0; stride < STRIDES && performance.now() < deadline; stride += 1) {
      const rows = database.transaction(() => this.#takeStride(isOver));
      if (rows === 0) break;
      took = true;
    }
    took = this.#dropTokens() || took;
    return { more: took, until, sweptWords: false };
  }

  /** Gives room back to the disk, unless it is little: that will be needed again soon. */
  #shrink(): boolean {
    if (this.database.freeBytes < this.maxBytes / 8) return false;
    this.database.shrink(SHRINK_PAGES);
    return true;
  }

  #isDooming(): boolean {
    return this.database.prepare('SELECT tid FROM doomed LIMIT 1').get() !== undefined;
  }

  /** Whole traces leave, at once: a half of one would look like one with lost spans. Their spans follow. */
  #doomOldest(): number {
    const { database, counts } = this;
    if (this.#isDooming()) return 0;
    const rows = database.prepare('SELECT tid, spans FROM trace ORDER BY tid LIMIT ?').all(STRIDE * STRIDES);
    let spans = 0;
    let until = 0;
    for (const row of rows) {
      if (spans >= STRIDE * STRIDES) break;
      spans += Number(row['spans']);
      until = Number(row['tid']);
    }
    if (until === 0) return 0;
    database.prepare('INSERT OR IGNORE INTO doomed (tid) SELECT tid FROM trace WHERE tid <= ?').run(until);
    database
      .prepare('DELETE FROM trace_service WHERE tid IN (SELECT tid FROM trace WHERE tid <= ?)')
      .run(until);
    counts.traces -= Number(database.prepare('DELETE FROM trace WHERE tid <= ?').run(until).changes);
    return until;
  }

  /** What the rows that are gone were found by, when a whole part of it is needed no more. */
  #dropTokens(): boolean {
    const { database, tokens } = this;
    return (['span', 'log'] as const).some((table) => {
      const id = database.prepare(`SELECT min(id) AS id FROM ${table}`).get()?.['id'];
      return database.transaction(() => tokens[table].dropBefore(Number(id ?? Number.MAX_SAFE_INTEGER)));
    });
  }

  /** A share of logs and points goes along with the traces, for none of the signals shall push out the others. */
  #takeStride(isOver: boolean): number {
    const spans = this.#takeSpans();
    if (!isOver) return spans;
    return spans + this.#takeLogs() + this.#takePoints();
  }

  #takeSpans(): number {
    const { database } = this;
    const tid = database.prepare('SELECT tid FROM doomed ORDER BY tid LIMIT 1').get()?.['tid'];
    if (tid === undefined) return 0;
    const ids = database
      .prepare('SELECT id FROM span WHERE tid IN (SELECT tid FROM doomed ORDER BY tid LIMIT ?) LIMIT ?')
      .all(STRIDE, STRIDE);
    for (const row of ids) {
      const id = Number(row['id']);
      database.prepare('DELETE FROM link WHERE from_span = ?').run(id);
      database.prepare('DELETE FROM body WHERE id = ?').run(id);
      database.prepare('DELETE FROM span WHERE id = ?').run(id);
    }
    this.#evictedSpans += ids.length;
    this.counts.spans -= ids.length;
    if (ids.length > 0) return ids.length;
    // The first ones have no spans left.
    return Number(
      database
        .prepare('DELETE FROM doomed WHERE tid IN (SELECT tid FROM doomed ORDER BY tid LIMIT ?)')
        .run(STRIDE).changes,
    );
  }

  #takeLogs(): number {
    const { database } = this;
    const until = this.#untilOf('log');
    const rows = database
      .prepare('SELECT id, trace_id FROM log WHERE id <= ? ORDER BY id LIMIT ?')
      .all(until, STRIDE);
    for (const row of rows) {
      const id = Number(row['id']);
      database.prepare('DELETE FROM log WHERE id = ?').run(id);
      const traceId = row['trace_id'];
      if (traceId !== null && traceId !== undefined)
        database.prepare('UPDATE trace SET logs = max(0, logs - 1) WHERE trace_id = ?').run(traceId);
    }
    this.counts.logs -= rows.length;
    return rows.length;
  }

  #takePoints(): number {
    const { database } = this;
    const until = this.#untilOf('point');
    const rows = database
      .prepare('SELECT id, series FROM point WHERE id <= ? ORDER BY id LIMIT ?')
      .all(until, STRIDE);
    for (const row of rows) database.prepare('DELETE FROM point WHERE id = ?').run(Number(row['id']));
    for (const series of new Set(rows.map((row) => Number(row['series'])))) {
      const { changes } = database
        .prepare('DELETE FROM series WHERE id = ? AND NOT EXISTS (SELECT 1 FROM point WHERE series = ?)')
        .run(series, series);
      if (Number(changes) > 0)
        database
          .prepare('DELETE FROM metric WHERE NOT EXISTS (SELECT 1 FROM series WHERE metric = metric.id)')
          .run();
    }
    this.counts.points -= rows.length;
    return rows.length;
  }

  /** Up to which row the oldest hundredth goes; a few rows always stay while traces can go. */
  #untilOf(table: 'log' | 'point'): number {
    const row = this.database
      .prepare(`SELECT (SELECT min(id) FROM ${table}) AS low, (SELECT max(id) FROM ${table}) AS high`)
      .get();
    const low = Number(row?.['low'] ?? 0);
    const high = Number(row?.['high'] ?? 0);
    if (this.counts.traces > 0) return low + Math.floor((high - low) / 100) - 1;
    return low + Math.ceil((high - low) / 20);
  }

  /** Once a minute at most, a slice at a time; tells whether there was anything to do. */
  #tidy(): boolean {
    const { database, minutes } = this;
    if (!this.#isTidying) {
      if (!this.#isUntidy || this.#tidiedMinute === minutes.minute) return false;
      this.#tidiedMinute = minutes.minute;
      this.#isUntidy = false;
    }
    this.#isTidying = database.transaction(() => takeOutUnused(database, minutes));
    return true;
  }
}
