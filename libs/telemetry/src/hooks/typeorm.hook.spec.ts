import { once } from 'node:events';
import { Readable } from 'node:stream';
import type { ModulesContainer } from '@nestjs/core';
import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { isTracingSuppressed } from '@opentelemetry/core';
import { DataSource, EntitySchema } from 'typeorm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { recordTelemetry, waitForSpan, waitForSpans, type TelemetryRecorder } from '../testing/index.js';
import { traceDataSource } from '../typeorm.js';
import { inParent, installHook } from './hook-surroundings.spec-helper.js';
import { typeormHook } from './typeorm.hook.js';

interface User {
  id: number;
  name: string;
}

const User = new EntitySchema<User>({
  name: 'user',
  columns: {
    id: { type: Number, primary: true, generated: true },
    name: { type: String, unique: true },
  },
});

const CLIENT = { kind: 'client' } as const;

/** The modules of an application that provides these. */
function modulesWith(...instances: unknown[]): ModulesContainer {
  const providers = new Map(instances.map((instance, index) => [index, { instance }]));
  return new Map([['app', { providers }]]) as unknown as ModulesContainer;
}

describe('The TypeORM hook', () => {
  let telemetry: TelemetryRecorder;
  let dataSource: DataSource;
  let uninstall: () => void;

  beforeAll(() => {
    telemetry = recordTelemetry();
  });
  beforeEach(async () => {
    dataSource = new DataSource({
      type: 'better-sqlite3',
      database: ':memory:',
      entities: [User],
      synchronize: true,
    });
    await dataSource.initialize();
    uninstall = installHook(typeormHook, modulesWith({}, null, dataSource));
  });
  afterEach(async () => {
    uninstall();
    await dataSource.destroy();
    telemetry.clear();
  });
  afterAll(() => telemetry.stop());

  it('makes a client span of a statement, without its literals', async () => {
    const parent = await inParent(async (span) => {
      await dataSource.query(`SELECT * FROM "user" WHERE "name" = 'Ada' AND "id" > 41`);
      return span.spanContext();
    });
    const span = await waitForSpan(telemetry, CLIENT);
    expect(span.name).toBe('SELECT user');
    expect(span.kind).toBe(SpanKind.CLIENT);
    expect(span.parentSpanContext?.spanId).toBe(parent.spanId);
    expect(span.status.code).toBe(SpanStatusCode.UNSET);
    expect(span.attributes).toEqual({
      'db.system.name': 'sqlite',
      'db.namespace': ':memory:',
      'db.operation.name': 'SELECT',
      'db.collection.name': 'user',
      'db.query.text': 'SELECT * FROM "user" WHERE "name" = ? AND "id" > ?',
    });
  });

  it('sees what repositories and transactions run', async () => {
    await dataSource.getRepository(User).save({ name: 'Ada' });
    expect(telemetry.spanNames).toEqual(['BEGIN', 'INSERT user', 'COMMIT']);
  });

  it('sees a transaction that is rolled back, and savepoints', async () => {
    await expect(
      dataSource.transaction(async (outer) => {
        await outer.transaction((inner) => inner.getRepository(User).insert({ name: 'Ada' }));
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    expect(telemetry.spanNames).toEqual(['BEGIN', 'SAVEPOINT', 'INSERT user', 'RELEASE', 'ROLLBACK']);
  });

  it('marks a statement that fails, with what the database answered', async () => {
    await dataSource.getRepository(User).insert({ name: 'Ada' });
    telemetry.clear();
    await expect(dataSource.getRepository(User).insert({ name: 'Ada' })).rejects.toThrow('UNIQUE');
    const span = await waitForSpan(telemetry, CLIENT);
    expect(span.status.code).toBe(SpanStatusCode.ERROR);
    expect(span.attributes).toMatchObject({
      'error.type': 'SQLITE_CONSTRAINT_UNIQUE',
      'db.response.status_code': 'SQLITE_CONSTRAINT_UNIQUE',
    });
    expect(span.events.map(({ name }) => name)).toEqual(['exception']);
    const failed = { 'error.type': 'SQLITE_CONSTRAINT_UNIQUE' };
    const points = await telemetry.points('db.client.operation.duration', failed);
    expect(points.map(({ attributes }) => attributes)).toEqual([
      {
        'db.system.name': 'sqlite',
        'db.namespace': ':memory:',
        'db.operation.name': 'INSERT',
        'db.collection.name': 'user',
        ...failed,
      },
    ]);
  });

  it('gives statements that run at the same time their own parents', async () => {
    const parents = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        inParent(async (parent) => {
          await dataSource.query(`SELECT ${index} AS "c${index}"`);
          return [`SELECT ? AS "c${index}"`, parent.spanContext().spanId];
        }),
      ),
    );
    await waitForSpans(telemetry, { ...CLIENT, count: 20 });
    const spans = telemetry.findSpans(CLIENT);
    expect(spans).toHaveLength(20);
    expect(
      Object.fromEntries(
        spans.map((span) => [span.attributes['db.query.text'], span.parentSpanContext?.spanId]),
      ),
    ).toEqual(Object.fromEntries(parents));
  });

  it('leaves the active span as it was', async () => {
    await inParent(async (parent) => {
      await dataSource.query('SELECT 1');
      expect(trace.getActiveSpan()).toBe(parent);
    });
  });

  it('leaves data sources alone that the application does not provide', async () => {
    const other = await new DataSource({ type: 'better-sqlite3', database: ':memory:' }).initialize();
    await other.query('SELECT 1');
    await other.destroy();
    expect(telemetry.spanNames).toEqual([]);
  });

  it('puts everything back when it is taken away', async () => {
    const prototype = Object.getPrototypeOf(dataSource.createQueryRunner()) as { query: unknown };
    const wrapped = prototype.query;
    uninstall();
    expect(prototype.query).not.toBe(wrapped);
    await dataSource.query('SELECT 1');
    expect(telemetry.spanNames).toEqual([]);
  });

  it('keeps name and length of what it wraps', () => {
    const { query } = Object.getPrototypeOf(dataSource.createQueryRunner()) as { query: () => void };
    expect([query.name, query.length]).toEqual(['query', 1]);
  });

  it('makes one span when two applications share a data source', async () => {
    const leave = installHook(typeormHook, modulesWith(dataSource));
    await dataSource.query('SELECT 1');
    expect(telemetry.spanNames).toEqual(['SELECT']);
    leave();
    await dataSource.query('SELECT 2');
    expect(telemetry.spanNames).toEqual(['SELECT', 'SELECT']);
  });

  it('says why it is off when there is nothing to trace', () => {
    const hostile = new Proxy(
      {},
      {
        get() {
          throw new Error('not resolved');
        },
      },
    );
    expect(() => installHook(typeormHook, modulesWith('text', hostile))).toThrow(
      'no TypeORM data source among the providers',
    );
  });
});

describe('traceDataSource', () => {
  let telemetry: TelemetryRecorder;

  beforeAll(() => {
    telemetry = recordTelemetry();
  });
  afterEach(() => telemetry.clear());
  afterAll(() => telemetry.stop());

  it('traces a data source outside of Nest from its first statement on, without text if asked', async () => {
    const dataSource = new DataSource({
      type: 'better-sqlite3',
      database: ':memory:',
      entities: [User],
      synchronize: true,
    });
    const stop = traceDataSource(dataSource, { queryText: false });
    await dataSource.initialize();
    const created = telemetry.spans.find(({ name }) => name === 'CREATE user');
    expect(created?.attributes).not.toHaveProperty('db.query.text');
    telemetry.clear();
    stop();
    await dataSource.query('SELECT 1');
    expect(telemetry.spans).toEqual([]);
    await dataSource.destroy();
  });

  it('sees transactions that are calls of the driver, and only the outermost as such', async () => {
    // Neither SQL Server nor its driver is here; this is the shape of its query runner.
    class DriverTransactions {
      readonly isReleased = false;
      transactionDepth = 0;
      constructor(readonly dataSource: object) {}
      async connect(): Promise<void> {}
      async query(sql: string): Promise<unknown[]> {
        return [sql];
      }
      async startTransaction(): Promise<void> {
        if (this.transactionDepth > 0) await this.query('SAVE TRANSACTION t');
        this.transactionDepth += 1;
      }
      async commitTransaction(): Promise<void> {
        this.transactionDepth -= 1;
      }
    }
    const dataSource = {
      options: { type: 'mssql', host: 'db', port: 1433, database: 'shop' },
      driver: { createQueryRunner: () => new DriverTransactions(dataSource) },
    };
    const stop = traceDataSource(dataSource as unknown as DataSource);
    const runner = dataSource.driver.createQueryRunner();
    await runner.startTransaction();
    await runner.startTransaction();
    await runner.commitTransaction();
    await runner.commitTransaction();
    stop();
    const spans = telemetry.spans;
    expect(telemetry.spanNames).toEqual(['BEGIN', 'SAVE', 'COMMIT']);
    expect(spans[0]?.attributes).toMatchObject({
      'db.system.name': 'microsoft.sql_server',
      'db.namespace': 'shop',
      'server.address': 'db',
      'server.port': 1433,
    });
  });

  it('covers a stream of rows to its end, and runs its listeners in the context of the caller', async () => {
    class Streaming {
      readonly isReleased = false;
      constructor(readonly dataSource: object) {}
      async connect(): Promise<void> {}
      async query(): Promise<unknown[]> {
        return [];
      }
      async stream(sql: string): Promise<Readable> {
        const rows = sql.includes('broken') ? brokenRows() : [{ id: 1 }, { id: 2 }];
        return Readable.from(rows);
      }
    }
    const dataSource = {
      options: { type: 'mysql', database: 'shop' },
      driver: { createQueryRunner: () => new Streaming(dataSource) },
    };
    const stop = traceDataSource(dataSource as unknown as DataSource);
    const runner = dataSource.driver.createQueryRunner();

    await inParent(async (parent) => {
      const stream = await runner.stream('SELECT * FROM `user`');
      expect(telemetry.spans).toEqual([]);
      stream.on('data', () => {
        expect(trace.getActiveSpan()).toBe(parent);
        expect(isTracingSuppressed(context.active())).toBe(false);
      });
      await once(stream, 'close');
    });
    expect((await waitForSpan(telemetry, CLIENT)).status.code).toBe(SpanStatusCode.UNSET);
    telemetry.clear();

    const broken = await runner.stream('SELECT * FROM `broken`');
    await expect(broken.toArray()).rejects.toThrow('deadlock');
    const span = await waitForSpan(telemetry, CLIENT);
    expect(span.name).toBe('SELECT broken');
    expect(span.status.code).toBe(SpanStatusCode.ERROR);
    expect(span.attributes).toMatchObject({
      'error.type': 'ER_LOCK_DEADLOCK',
      'db.response.status_code': 'ER_LOCK_DEADLOCK',
    });
    stop();
  });
});

async function* brokenRows(): AsyncGenerator<object> {
  yield { id: 1 };
  throw Object.assign(new Error('deadlock'), { code: 'ER_LOCK_DEADLOCK' });
}
