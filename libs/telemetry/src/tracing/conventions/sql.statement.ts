import type { SqlDialect } from './sql.dialect.js';
import { scanSql } from './sql.scanner.js';
import { SqlSummary } from './sql.summary.js';

/** Characters of statement text on a span. */
const MAX_TEXT = 4096;
/** Characters looked at in search of the table, which may stand behind a long list of columns. */
const MAX_SCAN = 65_536;
const CUT = '…';

/** What may be shown of a SQL statement. */
export interface SqlStatement {
  /** Upper-case verb, e.g. `SELECT`; undefined when the text does not begin with one that is known. */
  readonly operation: string | undefined;
  /** Table as written, without quotes, e.g. `user`, `public.user`. */
  readonly collection: string | undefined;
  /** The statement with `?` for each literal, without comments and line breaks, cut at 4096 characters. */
  readonly text: string;
}

/** Reads a statement. Time is linear in its length. */
export function readSql(sql: string, dialect: SqlDialect): SqlStatement {
  const summary = new SqlSummary();
  let text = '';
  let isCut = false;
  scanSql(sql, dialect, (kind, start, end) => {
    // A statement of one endless name must not be copied either.
    const token = sql.slice(start, Math.min(end, start + MAX_TEXT));
    summary.add(kind, token);
    if (text.length >= MAX_TEXT) isCut = true;
    else if (kind === 'literal') text += '?';
    else if (kind !== 'gap') text += token;
    else if (text !== '' && !text.endsWith(' ')) text += ' ';
    if (end < MAX_SCAN) return !isCut || !summary.done;
    isCut ||= end < sql.length;
    return false;
  });
  const { operation, collection } = summary;
  text = text.trimEnd();
  if (isCut || text.length > MAX_TEXT) text = text.slice(0, MAX_TEXT - CUT.length) + CUT;
  return { operation, collection, text };
}
