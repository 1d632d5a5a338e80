import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { DashboardError } from '../dashboard.errors.js';
import { SCHEMA, SCHEMA_VERSION } from './schema.js';

/** Telemetry that a crash of the machine takes along is not worth a sync per batch. */
const TUNING =
  'PRAGMA synchronous = OFF; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -32768; PRAGMA journal_size_limit = 16777216';

const READS = /^\s*(SELECT|PRAGMA)\b/;

export interface DatabaseOptions {
  /** Nothing is written, whatever is asked. */
  readonly readOnly: boolean;
}

/** One open file of telemetry, with the statements that were prepared on it. No other program can open it meanwhile. */
export class Database {
  readonly #sqlite: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  readonly #arrayStatements = new Map<string, StatementSync>();

  /**
   * @param file - path, or `:memory:`; made if it is not there
   * @throws DashboardError `ND_STORE_IN_USE` or `ND_STORE_UNREADABLE`
   */
  constructor(file: string, { readOnly }: DatabaseOptions = { readOnly: false }) {
    this.#sqlite = new DatabaseSync(file, { enableForeignKeyConstraints: false, timeout: 0 });
    try {
      // The lock is the operating system's: it ends with the process, however that ends.
      this.#sqlite.exec('PRAGMA locking_mode = EXCLUSIVE');
      const version = this.#number('user_version');
      // Before anything is written, or it has no effect.
      if (version === 0) this.#sqlite.exec('PRAGMA auto_vacuum = INCREMENTAL');
      this.#sqlite.exec(`PRAGMA journal_mode = WAL; ${TUNING}`);
      if (version === 0)
        this.#sqlite.exec(`BEGIN IMMEDIATE; ${SCHEMA}; PRAGMA user_version = ${SCHEMA_VERSION}; COMMIT`);
      else if (version !== SCHEMA_VERSION)
        throw new Error(
          `it was written by another version of the dashboard (${version}, not ${SCHEMA_VERSION})`,
        );
      else this.#sqlite.exec('BEGIN IMMEDIATE; COMMIT');
      if (readOnly) this.#sqlite.exec('PRAGMA query_only = ON');
    } catch (error) {
      this.#sqlite.close();
      throw openingError(file, error as Error & { errcode?: number });
    }
  }

  /** The statement for a text; prepared once. Texts come from the code, never from a request. */
  prepare(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#sqlite.prepare(sql);
      // The full-text index makes row ids of its own beyond 2^53, which every write after that hands back.
      if (!READS.test(sql)) statement.setReadBigInts(true);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  /** A statement whose rows are arrays, for results of many rows: they take half the time of rows with names. */
  prepareArrays(sql: string): StatementSync {
    let statement = this.#arrayStatements.get(sql);
    if (statement === undefined) {
      statement = this.#sqlite.prepare(sql);
      statement.setReturnArrays(true);
      this.#arrayStatements.set(sql, statement);
    }
    return statement;
  }

  /** Runs statements that give no rows and are not worth to be kept. */
  execute(sql: string): void {
    this.#sqlite.exec(sql);
  }

  /** Lets go of the statements on a table that is to be dropped. */
  forget(table: string): void {
    for (const statements of [this.#statements, this.#arrayStatements])
      for (const sql of statements.keys()) if (sql.includes(` ${table} `)) statements.delete(sql);
  }

  /** All or nothing. */
  transaction<T>(work: () => T): T {
    this.#sqlite.exec('BEGIN');
    try {
      const result = work();
      this.#sqlite.exec('COMMIT');
      return result;
    } catch (error) {
      this.#sqlite.exec('ROLLBACK');
      throw error;
    }
  }

  /** Bytes in use, without pages that were freed. */
  get bytes(): number {
    return (this.#number('page_count') - this.#number('freelist_count')) * this.#number('page_size');
  }

  /** Bytes of pages that were freed and not yet given back. */
  get freeBytes(): number {
    return this.#number('freelist_count') * this.#number('page_size');
  }

  /** Gives freed pages back to the disk, a few at a time. */
  shrink(pages: number): void {
    this.#sqlite.exec(`PRAGMA incremental_vacuum(${pages})`);
  }

  close(): void {
    this.#statements.clear();
    this.#arrayStatements.clear();
    this.#sqlite.close();
  }

  #number(pragma: string): number {
    return Number(this.prepare(`PRAGMA ${pragma}`).get()?.[pragma]);
  }
}

const SQLITE_BUSY = 5;
const SQLITE_LOCKED = 6;

function openingError(file: string, error: Error & { errcode?: number }): DashboardError {
  const isHeld = error.errcode === SQLITE_BUSY || error.errcode === SQLITE_LOCKED;
  return new DashboardError(
    isHeld ? 'ND_STORE_IN_USE' : 'ND_STORE_UNREADABLE',
    isHeld ? `${file} is in use by another dashboard.` : `${file} cannot be used: ${error.message}.`,
    { cause: error },
  );
}
