import type { SqlTokenKind } from './sql.scanner.js';

/** Operations that may become names: whatever else a statement starts with is text of its author. */
const OPERATIONS: ReadonlySet<string> = new Set(
  (
    'SELECT INSERT UPDATE DELETE MERGE REPLACE UPSERT VALUES TABLE CREATE ALTER DROP TRUNCATE RENAME COMMENT GRANT REVOKE ' +
    'BEGIN COMMIT ROLLBACK SAVEPOINT RELEASE SAVE SET RESET SHOW USE CALL EXEC EXECUTE DO DECLARE FETCH CLOSE LOCK ' +
    'UNLOCK EXPLAIN ANALYZE VACUUM PRAGMA ATTACH DETACH REINDEX REFRESH COPY LISTEN UNLISTEN NOTIFY PREPARE DEALLOCATE ' +
    'DISCARD OPTIMIZE DESCRIBE HANDLER LOAD IF WHILE PRINT'
  ).split(' '),
);
/** A transaction is begun in many words, and should have one name. */
const SYNONYMS: Readonly<Record<string, string>> = { START: 'BEGIN', END: 'COMMIT', ABORT: 'ROLLBACK' };

/** The word in front of the table; an empty one means that it follows at once. Others have no table worth naming. */
const TABLE_AFTER: Readonly<Record<string, string>> = {
  SELECT: 'FROM',
  DELETE: 'FROM',
  INSERT: '',
  REPLACE: '',
  UPSERT: '',
  MERGE: '',
  UPDATE: '',
  TRUNCATE: '',
  COPY: '',
  CREATE: 'TABLE',
  ALTER: 'TABLE',
  DROP: 'TABLE',
};
/** Words that may stand between that place and the table. */
const FILLERS: ReadonlySet<string> = new Set(
  'INTO TABLE ONLY IF NOT EXISTS OR REPLACE IGNORE ABORT FAIL ROLLBACK LOW_PRIORITY HIGH_PRIORITY DELAYED QUICK LATERAL TOP'.split(
    ' ',
  ),
);
const SUBQUERY: ReadonlySet<string> = new Set(['SELECT', 'WITH', 'VALUES']);
const MAX_NAME = 128;

/** Reads from the tokens of a statement what it does and to which table, as far as one can say without a grammar. */
export class SqlSummary {
  operation: string | undefined;
  /** Nothing that could still come would change the summary. */
  done = false;
  #collection = '';
  #depth = 0;
  /** Parentheses around the query whose table is looked for. */
  #queryDepth = 0;
  #after: string | undefined;
  #expectsTable = false;
  #expectsPart = false;
  /** Names defined by WITH, while its main statement is looked for and after. */
  readonly #defined = new Set<string>();
  #inWith = false;
  #lastName = '';

  /** The first table; undefined also for one that WITH defined, which is no collection of the database. */
  get collection(): string | undefined {
    const name = this.#collection.slice(0, MAX_NAME);
    return name === '' || this.#defined.has(name.toLowerCase()) ? undefined : name;
  }

  add(kind: SqlTokenKind, text: string): void {
    if (this.done || kind === 'gap') return;
    if (kind === 'mark') this.#mark(text);
    else if (this.#collection !== '' && !this.#expectsPart) this.done = true;
    else if (kind === 'literal') this.#expectsTable = false;
    else if (kind === 'word') this.#word(text);
    else this.#name(text.slice(1, -1));
  }

  #mark(mark: string): void {
    if (mark === '.' && this.#collection !== '') {
      this.#collection += '.';
      this.#expectsPart = true;
    } else if (this.#collection !== '') {
      this.done = true;
    } else if (mark === '(') {
      this.#depth++;
      // In parentheses here is what is read from (a subquery, a join), or the whole statement.
      const isQuery = this.#expectsTable || (this.operation === undefined && !this.#inWith);
      if (isQuery) this.#queryDepth = this.#depth;
    } else if (mark === ')') {
      this.#depth--;
    } else if (mark === ';' && this.operation !== undefined) {
      this.done = true;
    }
  }

  #word(text: string): void {
    const word = text.toUpperCase();
    if (this.operation === undefined) this.#begin(word, text);
    else if (this.#expectsPart) this.#name(text);
    else if (this.#expectsTable) {
      if (SUBQUERY.has(word)) this.#expectsTable = false;
      else if (!FILLERS.has(word)) this.#name(text);
    } else if (word === this.#after && this.#depth === this.#queryDepth) {
      this.#expectsTable = true;
    }
  }

  #begin(word: string, text: string): void {
    if (this.#inWith && this.#depth !== this.#queryDepth) return;
    if (word === 'WITH') {
      this.#inWith = true;
      return;
    }
    if (this.#inWith && TABLE_AFTER[word] === undefined) {
      if (word === 'AS') this.#defined.add(this.#lastName.toLowerCase());
      else this.#lastName = text;
      return;
    }
    const operation = SYNONYMS[word] ?? word;
    this.#after = TABLE_AFTER[operation];
    this.#expectsTable = this.#after === '';
    if (OPERATIONS.has(operation)) this.operation = operation;
    this.done = this.#after === undefined;
  }

  #name(name: string): void {
    if (this.#inWith && this.operation === undefined) {
      if (this.#depth === this.#queryDepth) this.#lastName = name;
    } else if (this.#expectsTable) {
      this.#collection += name;
      this.#expectsPart = false;
    }
  }
}
