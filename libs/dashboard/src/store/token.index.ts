import type { Database } from './database.js';

/** Of SQLite's file, so that it is never the parts that keep the oldest from leaving room. */
const PARTS = 32;
const BYTES_PER_ROW = 400;
const [LEAST_ROWS, MOST_ROWS] = [2048, 65_536];
/** Index pages of 4 KiB that one command merges, and how many commands are given in one go. */
const PAGES = 16;
const MOST_COMMANDS = 4;
const STEP_MILLIS = 6;
/** A command that changed less did nothing (SQLite, "The 'merge' Command"). */
const LEAST_CHANGES = 2;

/** Rows from one id on, up to where the next part begins. */
interface Part {
  readonly first: number;
  readonly table: string;
}

/**
 * A full-text index without contents, in parts by the age of the rows. What is taken out for room is not taken out of the
 * index row by row, which costs as much as writing it did and in the end holds up everybody for merges; a part is dropped
 * when the last of its rows is gone. Whoever searches has to look whether a row is still there.
 *
 * Every transaction adds a segment to a part, and a search looks into each. SQLite would merge them now and then within a
 * transaction; here it is done in steps between the requests.
 */
export class TokenIndex {
  #parts: Part[] = [];
  readonly #unmerged = new Set<string>();
  readonly #rowsOfPart: number;

  constructor(
    private readonly database: Database,
    private readonly name: 'span_token' | 'log_token',
    maxBytes: number,
  ) {
    this.#rowsOfPart = Math.min(MOST_ROWS, Math.max(LEAST_ROWS, Math.ceil(maxBytes / PARTS / BYTES_PER_ROW)));
    this.reload();
    for (const { table } of this.#parts) this.#unmerged.add(table);
  }

  /** Adds a row; ids only ever grow. Call inside a transaction. */
  write(id: number, tokens: string): void {
    let newest = this.#parts.at(-1);
    if (newest === undefined || id >= newest.first + this.#rowsOfPart) newest = this.#begin(id);
    this.#unmerged.add(newest.table);
    this.database.prepare(`INSERT INTO ${newest.table} (rowid, tokens) VALUES (?, ?)`).run(id, tokens);
  }

  /**
   * Ids of rows that match before one, the newest first: as many as are asked for unless there are no more. Rows that were
   * taken out may be among them.
   * @param expression - of FTS5, made of tokens
   */
  newest(expression: string, before: number, limit: number): number[] {
    const ids: number[] = [];
    for (let index = this.#parts.length - 1; index >= 0 && ids.length < limit; index -= 1) {
      const { first, table } = this.#parts[index] as Part;
      if (first >= before) continue;
      const rows = this.database
        .prepareArrays(
          `SELECT rowid FROM ${table} WHERE ${table} MATCH ? AND rowid < ? ORDER BY rowid DESC LIMIT ?`,
        )
        .all(expression, before, limit - ids.length) as unknown as readonly (readonly [number])[];
      for (const [id] of rows) ids.push(id);
    }
    return ids;
  }

  /** Merges a little; tells whether there may be more to do. */
  merge(): boolean {
    const deadline = performance.now() + STEP_MILLIS;
    for (let command = 0; command < MOST_COMMANDS; command += 1) {
      const [table] = this.#unmerged;
      if (table === undefined) return false;
      const before = this.#changes;
      this.database.prepare(`INSERT INTO ${table} (${table}, rank) VALUES ('merge', ?)`).run(PAGES);
      if (this.#changes - before < LEAST_CHANGES) this.#unmerged.delete(table);
      if (performance.now() >= deadline) break;
    }
    return this.#unmerged.size > 0;
  }

  /** Drops the oldest part if all its rows are older than this one; tells whether it did. Call inside a transaction. */
  dropBefore(id: number): boolean {
    const [oldest, next] = this.#parts;
    if (oldest === undefined || next === undefined || next.first > id) return false;
    this.#drop(oldest);
    return true;
  }

  /** Call inside a transaction. */
  clear(): void {
    for (const part of this.#parts) this.#drop(part);
  }

  /** Looks what there is, after a transaction was rolled back. */
  reload(): void {
    this.#parts = this.database
      .prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name GLOB ?")
      .all(`${this.name}_[0-9]*`)
      .flatMap(({ name }) => {
        const table = String(name);
        // Each has tables of its own, which are called like it and more.
        const [, first] = /_(\d+)$/.exec(table) ?? [];
        return first === undefined ? [] : { table, first: Number(first) };
      })
      .toSorted((a, b) => a.first - b.first);
    const tables = new Set(this.#parts.map(({ table }) => table));
    for (const table of this.#unmerged) if (!tables.has(table)) this.#unmerged.delete(table);
  }

  #begin(first: number): Part {
    const { database } = this;
    const table = `${this.name}_${first}`;
    database.execute(
      `CREATE VIRTUAL TABLE ${table} USING fts5(tokens, content='', columnsize=0, detail=none, tokenize='ascii');
       INSERT INTO ${table} (${table}, rank) VALUES ('automerge', 0);`,
    );
    const part = { first, table };
    this.#parts.push(part);
    return part;
  }

  #drop({ table }: Part): void {
    this.database.forget(table);
    this.database.execute(`DROP TABLE ${table}`);
    this.#parts = this.#parts.filter((part) => part.table !== table);
    this.#unmerged.delete(table);
  }

  get #changes(): number {
    return Number(this.database.prepare('SELECT total_changes() AS n').get()?.['n']);
  }
}
