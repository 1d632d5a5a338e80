import type { Readable } from 'node:stream';
import { context } from '@opentelemetry/api';
import { isTracingSuppressed } from '@opentelemetry/core';
import type { DataSource } from 'typeorm';
import { databaseTarget } from './typeorm.data-source.js';
import { DatabaseStatements, type StatementSteps } from './typeorm.statements.js';
import { wrapMethod } from './wrapped.method.js';

/** The part of a query runner that is used here. TypeORM 0.3 calls its data source `connection`. */
interface QueryRunner {
  readonly dataSource?: object;
  readonly connection?: object;
  readonly isReleased: boolean;
  readonly databaseConnection?: unknown;
  readonly transactionDepth?: number;
  connect(): Promise<unknown>;
}

interface TracedSource {
  readonly statements: DatabaseStatements;
  /** Transactions are calls of the driver rather than statements. */
  readonly driverTransactions: boolean;
  owners: number;
}

interface WrappedRunners {
  readonly restore: () => void;
  owners: number;
}

const sources = new WeakMap<object, TracedSource>();
const runners = new Map<object, WrappedRunners>();
const DRIVER_TRANSACTIONS: ReadonlySet<string> = new Set(['mssql', 'spanner']);

/**
 * Traces the statements of a data source and returns how to stop. The class of its query runners is wrapped once, for
 * as long as any data source needs it; runners of data sources that are not traced pass through.
 */
export function traceStatements(
  dataSource: DataSource,
  options: { readonly queryText: boolean },
): () => void {
  const source = sources.get(dataSource) ?? {
    statements: new DatabaseStatements(databaseTarget(dataSource), options),
    driverTransactions: DRIVER_TRANSACTIONS.has(dataSource.options.type),
    owners: 0,
  };
  const prototype = runnerPrototype(dataSource);
  const wrapped = runners.get(prototype) ?? { restore: wrapRunners(prototype), owners: 0 };
  source.owners += 1;
  wrapped.owners += 1;
  sources.set(dataSource, source);
  runners.set(prototype, wrapped);

  let isTraced = true;
  return () => {
    if (!isTraced) return;
    isTraced = false;
    source.owners -= 1;
    if (source.owners === 0) sources.delete(dataSource);
    wrapped.owners -= 1;
    if (wrapped.owners > 0) return;
    wrapped.restore();
    runners.delete(prototype);
  };
}

/** Making a runner is free: it takes a connection when it is first used. */
function runnerPrototype(dataSource: DataSource): object {
  const runner: unknown = dataSource.driver.createQueryRunner('master');
  return Object.getPrototypeOf(runner) as object;
}

function wrapRunners(prototype: object): () => void {
  const undo = [
    wrapMethod(
      prototype,
      'query',
      (original) =>
        function (this: QueryRunner, ...args: unknown[]) {
          const [sql] = args;
          const source = tracedSource(this);
          if (source === undefined || typeof sql !== 'string') return original.apply(this, args);
          return source.statements.run(
            sql,
            stepsOf(this, () => original.apply(this, args)),
          );
        },
    ),
    wrapMethod(
      prototype,
      'stream',
      (original) =>
        function (this: QueryRunner, ...args: unknown[]) {
          const [sql] = args;
          const source = tracedSource(this);
          if (source === undefined || typeof sql !== 'string') return original.apply(this, args);
          return source.statements.stream(
            sql,
            stepsOf<Readable>(this, () => original.apply(this, args)),
          );
        },
    ),
    wrapTransaction(prototype, 'startTransaction', 'BEGIN', 0),
    wrapTransaction(prototype, 'commitTransaction', 'COMMIT', 1),
    wrapTransaction(prototype, 'rollbackTransaction', 'ROLLBACK', 1),
  ];
  return () => {
    for (const restore of undo) restore();
  };
}

/** Of nested transactions only the outermost is the driver's; the others are savepoints, which are statements. */
function wrapTransaction(prototype: object, method: string, sql: string, outermost: number): () => void {
  return wrapMethod(
    prototype,
    method,
    (original) =>
      function (this: QueryRunner, ...args: unknown[]) {
        const source = tracedSource(this);
        if (!source?.driverTransactions || (this.transactionDepth ?? 0) > outermost)
          return original.apply(this, args);
        return source.statements.run(
          sql,
          stepsOf(this, () => original.apply(this, args)),
        );
      },
  );
}

function tracedSource(runner: QueryRunner): TracedSource | undefined {
  const dataSource = runner.dataSource ?? runner.connection;
  const source = dataSource && sources.get(dataSource);
  return source === undefined || isTracingSuppressed(context.active()) ? undefined : source;
}

function stepsOf<T>(runner: QueryRunner, execute: () => unknown): StatementSteps<T> {
  return {
    connect() {
      // A released runner must fail as it always does, not take another connection.
      return runner.isReleased || runner.databaseConnection ? undefined : runner.connect();
    },
    // Some versions throw at once where others reject.
    execute: async () => execute() as Promise<T>,
  };
}
