import type { DataSource } from 'typeorm';
import { traceStatements } from './hooks/typeorm.query-runner.js';

/**
 * Options of {@link traceDataSource}.
 * @since 0.1.0
 */
export interface TraceDataSourceOptions {
  /**
   * Whether spans carry the statement, with `?` for every literal, as `db.query.text`.
   * @defaultValue `true`
   */
  readonly queryText?: boolean;
}

/**
 * Makes a span and a measurement of every SQL statement that a TypeORM data source runs. Data sources that a Nest
 * application provides are traced without this; it is for others (scripts, tests), and to see the statements that
 * `initialize()` runs, when called before it. Tracing a data source twice makes no second span; the options of the
 * first call stay in force.
 *
 * @returns stops tracing this data source
 * @since 0.1.0
 */
export function traceDataSource(dataSource: DataSource, options: TraceDataSourceOptions = {}): () => void {
  if (dataSource.options.type === 'mongodb') return () => undefined;
  return traceStatements(dataSource, { queryText: options.queryText ?? true });
}
