import type { Attributes } from '@opentelemetry/api';
import {
  DB_COLLECTION_NAME,
  DB_NAMESPACE,
  DB_OPERATION_NAME,
  DB_QUERY_TEXT,
  DB_SYSTEM_NAME,
  SERVER_ADDRESS,
  SERVER_PORT,
} from '../../semconv.js';
import { sqlDialect } from './sql.dialect.js';
import { readSql } from './sql.statement.js';

/** Name and attributes of a database span. Metrics only ever see `low`. */
export interface DatabaseSpan {
  readonly name: string;
  readonly low: Attributes;
  readonly high: Attributes;
}

/** The database that statements go to. */
export interface DatabaseTarget {
  /** `db.system.name`, e.g. `postgresql`. */
  readonly system: string;
  /** Name of the database. */
  readonly namespace?: string | undefined;
  readonly address?: string | undefined;
  readonly port?: number | undefined;
}

/** A client span of one SQL statement, named `SELECT user`, `BEGIN`, or by the system when there is no verb. */
export function databaseSpan(target: DatabaseTarget, sql: string): DatabaseSpan {
  const { operation, collection, text } = readSql(sql, sqlDialect(target.system));
  const low: Attributes = { [DB_SYSTEM_NAME]: target.system };
  if (target.namespace !== undefined) low[DB_NAMESPACE] = target.namespace;
  if (operation !== undefined) low[DB_OPERATION_NAME] = operation;
  if (collection !== undefined) low[DB_COLLECTION_NAME] = collection;
  if (target.address !== undefined) low[SERVER_ADDRESS] = target.address;
  if (target.port !== undefined) low[SERVER_PORT] = target.port;
  const name = [operation, collection].filter((part) => part !== undefined).join(' ');
  return { name: name === '' ? target.system : name, low, high: { [DB_QUERY_TEXT]: text } };
}

/** TypeORM's driver types by `db.system.name`. */
const SYSTEMS: Readonly<Record<string, string>> = {
  postgres: 'postgresql',
  'aurora-postgres': 'postgresql',
  cockroachdb: 'cockroachdb',
  mysql: 'mysql',
  'aurora-mysql': 'mysql',
  mariadb: 'mariadb',
  mssql: 'microsoft.sql_server',
  oracle: 'oracle.db',
  sap: 'sap.hana',
  spanner: 'gcp.spanner',
  'better-sqlite3': 'sqlite',
  sqlite: 'sqlite',
  sqljs: 'sqlite',
  expo: 'sqlite',
  capacitor: 'sqlite',
  cordova: 'sqlite',
  nativescript: 'sqlite',
  'react-native': 'sqlite',
};

/** The `db.system.name` of a TypeORM driver type; `other_sql` for one that is not known. */
export function databaseSystem(driverType: string): string {
  return SYSTEMS[driverType] ?? 'other_sql';
}
