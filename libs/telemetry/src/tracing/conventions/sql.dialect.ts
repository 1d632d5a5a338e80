/** Where SQL dialects differ in what is text and what is a name. Everything else is read the same. */
export interface SqlDialect {
  /** `"x"` is a string rather than a name. */
  readonly doubleQuotedStrings: boolean;
  /** A backslash in any string escapes the next character; elsewhere only in `E'...'`. */
  readonly backslashEscapes: boolean;
  /** `$tag$...$tag$` is a string. */
  readonly dollarQuotes: boolean;
  /** `[x]` is a name. */
  readonly bracketedNames: boolean;
  /** `#` starts a comment. */
  readonly hashComments: boolean;
  /** A comment within a comment has an end of its own. */
  readonly nestedComments: boolean;
  /** `q'[...]'` is a string. */
  readonly alternativeQuotes: boolean;
}

const STANDARD: SqlDialect = {
  doubleQuotedStrings: false,
  backslashEscapes: false,
  dollarQuotes: false,
  bracketedNames: false,
  hashComments: false,
  nestedComments: false,
  alternativeQuotes: false,
};
const POSTGRESQL: SqlDialect = { ...STANDARD, dollarQuotes: true, nestedComments: true };
const MYSQL: SqlDialect = {
  ...STANDARD,
  doubleQuotedStrings: true,
  backslashEscapes: true,
  hashComments: true,
};
const BRACKETED: SqlDialect = { ...STANDARD, bracketedNames: true };

const DIALECTS: Readonly<Record<string, SqlDialect>> = {
  postgresql: POSTGRESQL,
  cockroachdb: POSTGRESQL,
  mysql: MYSQL,
  mariadb: MYSQL,
  'gcp.spanner': MYSQL,
  sqlite: BRACKETED,
  'microsoft.sql_server': { ...BRACKETED, nestedComments: true },
  'oracle.db': { ...STANDARD, alternativeQuotes: true },
};

/** The dialect of a `db.system.name`. */
export function sqlDialect(system: string): SqlDialect {
  return DIALECTS[system] ?? STANDARD;
}
