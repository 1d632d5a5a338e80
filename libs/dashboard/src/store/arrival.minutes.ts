import type { Database } from './database.js';

const MINUTE_MILLIS = 60_000;

/** The clock of what comes in: minutes, and with which rows each began. */
export class ArrivalMinutes {
  #minute = 0;

  constructor(
    private readonly database: Database,
    private readonly now: () => number = Date.now,
  ) {}

  /** The minute it is; never one that is over. */
  get minute(): number {
    return (this.#minute = Math.max(this.#minute, Math.floor(this.now() / MINUTE_MILLIS)));
  }

  /** Notes the rows that will come next. Call inside a transaction, before rows are written. */
  begin(span: number, log: number): void {
    this.database
      .prepare('INSERT INTO arrival (minute, span, log) VALUES (?, ?, ?) ON CONFLICT DO NOTHING')
      .run(this.minute, span, log);
  }

  /** The minute in which the oldest row that is left came. */
  oldest(): number {
    const { database, minute } = this;
    const first = (table: 'span' | 'log'): number => {
      const id = database.prepare(`SELECT min(id) AS id FROM ${table}`).get()?.['id'];
      if (id === null || id === undefined) return minute;
      const row = database.prepare(`SELECT max(minute) AS minute FROM arrival WHERE ${table} <= ?`).get(id);
      return Number(row?.['minute'] ?? 0);
    };
    return Math.min(first('span'), first('log'));
  }

  /** Forgets the minutes of which no row is left. */
  forgetBefore(minute: number): void {
    this.database.prepare('DELETE FROM arrival WHERE minute < ?').run(minute);
  }
}
