import { createConnection } from 'node:net';
import { SpanStatusCode } from '@opentelemetry/api';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { PgInstrumentation } from '@opentelemetry/instrumentation-pg';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { recordTelemetry, type TelemetryRecorder } from '../testing/index.js';
import { traceDataSource } from '../typeorm.js';
import { inParent } from './hook-surroundings.spec-helper.js';

const SERVER = { host: '127.0.0.1', port: 5432 };

async function isReachable(): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(SERVER);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

const mayRun = process.env['REQUIRE_SERVICES'] === '1' || (await isReachable());

describe.skipIf(!mayRun)('Statements on PostgreSQL (127.0.0.1:5432)', () => {
  let telemetry: TelemetryRecorder;
  let dataSource: DataSource;
  let stop: () => void;
  let disable: () => void;

  beforeAll(async () => {
    telemetry = recordTelemetry();
    // The driver is instrumented as well, as it is with nest-telemetry/register.
    disable = registerInstrumentations({ instrumentations: [new PgInstrumentation()] });
    const options: DataSourceOptions = {
      type: 'postgres',
      url: `postgres://postgres@${SERVER.host}:${SERVER.port}/test`,
    };
    dataSource = await new DataSource(options).initialize();
    stop = traceDataSource(dataSource);
    telemetry.clear();
  });
  afterEach(() => telemetry.clear());
  afterAll(async () => {
    stop();
    await dataSource.destroy();
    disable();
    await telemetry.stop();
  });

  const statements = () =>
    telemetry.spans.filter(({ attributes }) => attributes['db.query.text'] ?? attributes['db.statement']);

  it('make one span each, also when the driver is instrumented', async () => {
    await inParent(() => dataSource.query(`SELECT 'secret', 1 FROM pg_class WHERE oid = $1`, [0]));
    const spans = statements();
    expect(spans.map(({ name }) => name)).toEqual(['SELECT pg_class']);
    expect(spans[0]?.instrumentationScope.name).toBe('nest-telemetry');
    expect(spans[0]?.attributes).toEqual({
      'db.system.name': 'postgresql',
      'db.namespace': 'test',
      'db.operation.name': 'SELECT',
      'db.collection.name': 'pg_class',
      'db.query.text': 'SELECT ?, ? FROM pg_class WHERE oid = $1',
      'server.address': SERVER.host,
      'server.port': SERVER.port,
    });
  });

  it('leave the driver to its own instrumentation where TypeORM is not in between', async () => {
    stop();
    await inParent(() => dataSource.query('SELECT 1'));
    stop = traceDataSource(dataSource);
    expect(statements()[0]?.instrumentationScope.name).toContain('instrumentation-pg');
  });

  it('carry the SQLSTATE of what went wrong', async () => {
    await expect(dataSource.query('SELECT * FROM nowhere')).rejects.toThrow('nowhere');
    const [span] = statements();
    expect(span?.status.code).toBe(SpanStatusCode.ERROR);
    expect(span?.attributes).toMatchObject({ 'error.type': '42P01', 'db.response.status_code': '42P01' });
  });

  it('keep to their parents when they run at the same time on several connections', async () => {
    await Promise.all(
      Array.from({ length: 30 }, (_, index) =>
        inParent(async (parent) => {
          await dataSource.query(`SELECT pg_sleep(0.01) AS "c${index}"`);
          const own = statements().find(({ attributes }) =>
            String(attributes['db.query.text']).endsWith(`"c${index}"`),
          );
          expect(own?.parentSpanContext?.spanId).toBe(parent.spanContext().spanId);
        }),
      ),
    );
    expect(statements()).toHaveLength(30);
  });

  it('show a transaction with its statements in order', async () => {
    await dataSource.transaction(async (manager) => {
      await manager.query('CREATE TEMPORARY TABLE "order" ("id" int) ON COMMIT DROP');
      await manager.query('INSERT INTO "order" VALUES (1)');
    });
    expect(statements().map(({ name }) => name)).toEqual(['BEGIN', 'CREATE order', 'INSERT order', 'COMMIT']);
  });

  it('do not silence what arrives later on a connection that a statement opened', async () => {
    const listening = await new DataSource({
      type: 'postgres',
      ...SERVER,
      username: 'postgres',
      database: 'test',
    }).initialize();
    const stopListening = traceDataSource(listening);
    telemetry.clear();
    const holder = listening.createQueryRunner();
    // Takes the connection that is there, so that the statement has to open one.
    await holder.connect();
    const runner = listening.createQueryRunner();
    await inParent(() => runner.query('LISTEN spec'));
    const connection = (await runner.connect()) as NodeJS.EventEmitter;
    const received = new Promise<void>((resolve) => {
      connection.once('notification', () => {
        void dataSource.query('SELECT 1 FROM pg_class LIMIT 0').then(() => resolve());
      });
    });
    await dataSource.query('NOTIFY spec');
    await received;
    expect(statements().map(({ name }) => name)).toEqual(['LISTEN', 'NOTIFY', 'SELECT pg_class']);
    await holder.release();
    await runner.release();
    stopListening();
    await listening.destroy();
  });
});
