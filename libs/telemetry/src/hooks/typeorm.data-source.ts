import { basename } from 'node:path';
import type { DataSource } from 'typeorm';
import { databaseSystem, type DatabaseTarget } from '../tracing/conventions/database.conventions.js';

const DATA_SOURCE = Symbol.for('DataSource');

/** TypeORM marks its objects, so they are recognised without loading TypeORM, whichever copy made them. */
export function isDataSource(value: unknown): value is DataSource {
  try {
    return (
      typeof value === 'object' &&
      value !== null &&
      (value as { '@instanceof'?: unknown })['@instanceof'] === DATA_SOURCE
    );
  } catch {
    // Any provider of the application is asked, also proxies that throw.
    return false;
  }
}

/** The options that say where a database is, under the names the drivers use. */
interface Location {
  readonly url?: unknown;
  readonly host?: unknown;
  readonly port?: unknown;
  readonly database?: unknown;
}

/**
 * Where the statements of a data source go. With replication, which server gets a statement is decided per statement,
 * so there is no address.
 */
export function databaseTarget(dataSource: DataSource): DatabaseTarget {
  const options = dataSource.options as Location & { readonly type: string; readonly replication?: unknown };
  const system = databaseSystem(options.type);
  if (system === 'sqlite') return { system, namespace: fileName(options.database) };
  const url = typeof options.url === 'string' ? URL.parse(options.url) : null;
  const database = text(dataSource.driver.database) ?? text(options.database) ?? text(url?.pathname.slice(1));
  if (options.replication !== undefined) return { system, namespace: database };
  // TypeORM lets the URL win, too.
  const port = Number(url?.port || options.port);
  return {
    system,
    namespace: database,
    address: text(url?.hostname) ?? text(options.host),
    port: port > 0 ? port : undefined,
  };
}

/** An SQLite database is a file, and where it is kept is nobody's business. */
function fileName(database: unknown): string | undefined {
  const path = text(database);
  return path && basename(path);
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
