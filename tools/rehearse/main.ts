// `npm run rehearse`: what happens to orders and their telemetry when everything they need is killed and started again, one
// after the other, while orders arrive. Plain processes on ports of their own; nothing of this machine's services is touched.
import { appendFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { missingObservers, startObservers } from '../../test/interop/observers.ts';
import { build } from '../start/build.ts';
import { LOOPBACK, unusedPort } from '../start/ports.ts';
import { Progress } from '../start/progress.ts';
import { Service } from '../start/services.ts';
import { hasRabbitmq, startBroker } from './broker.ts';
import { postgresqlFolder, startDatabase } from './database.ts';
import { judgeCounters, judgeCounts, judgeTraces, notedKeys, ordersByKey } from './evidence.ts';
import { disturb, type Victim } from './faults.ts';
import { placeOrders } from './load.ts';
import { writeReport } from './report.ts';
import { judgeAnswers, judgeOrders } from './verdict.ts';

const PER_SECOND = Number(process.env['REHEARSE_RATE'] ?? 5);
const CALM_MILLIS = Number(process.env['REHEARSE_CALM_SECONDS'] ?? 8) * 1000;
const AWAY_MILLIS = Number(process.env['REHEARSE_AWAY_SECONDS'] ?? 6) * 1000;
const DELIVERED_WITHIN_MILLIS = 120_000;
/** Longer than metrics take to be sent or fetched. */
const COUNTED_AFTER_MILLIS = 5000;
const PORTS = 5;

const progress = new Progress(process.stderr);
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => stop.abort());

const missing = [
  ...missingObservers().map(({ name }) => `${name} (npm run interop:install)`),
  ...(postgresqlFolder() === undefined ? ['PostgreSQL'] : []),
  ...(hasRabbitmq ? [] : ['RabbitMQ']),
];
if (missing.length > 0) {
  console.error(`Nothing can be rehearsed without ${missing.join(', ')}.`);
  process.exitCode = 1;
} else {
  try {
    await rehearse();
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    console.error('Interrupted; nothing was written.');
    process.exitCode = 130;
  }
}

async function rehearse(): Promise<void> {
  await build({ dashboard: false }, progress, stop.signal);
  await using resources = new AsyncDisposableStack();
  const folder = resources.adopt(await mkdtemp(join(tmpdir(), 'nest-telemetry-rehearsal-')), (path) =>
    process.env['REHEARSE_KEEP'] === undefined
      ? rm(path, { recursive: true, force: true })
      : Promise.resolve(),
  );
  const ports: number[] = [];
  while (ports.length < PORTS) ports.push(await unusedPort());
  const [userPort = 0, orderPort = 0, databasePort = 0, brokerPort = 0, distributionPort = 0] = ports;

  const database = resources.use(
    await progress.step('Starting PostgreSQL', () => startDatabase(folder, databasePort)),
  );
  const broker = resources.use(
    await progress.step('Starting RabbitMQ', () => startBroker(folder, brokerPort, distributionPort)),
  );
  const observers = resources.use(
    await progress.step('Starting Collector, Jaeger and Prometheus', () =>
      startObservers({ folder, fetched: { user: userPort } }),
    ),
  );
  const startService = async (name: string, port: number, environment: Record<string, string>) => {
    const service = new Service({
      name,
      port,
      environment: {
        DATABASE_URL: database.url,
        BROKER_URL: `amqp://guest:guest@${LOOPBACK}:${brokerPort}`,
        LOG_FORMAT: 'json',
        // What is sold must be in stock all the time.
        RESTOCK_CRON: '* * * * * *',
        OTEL_METRIC_EXPORT_INTERVAL: '1000',
        OTEL_METRIC_EXPORT_TIMEOUT: '900',
        TELEMETRY_SPOOL_DIRECTORY: join(folder, `${name}.spool`),
        ...environment,
      },
      onLine: (line) => appendFileSync(join(folder, `${name}.log`), `${line}\n`),
    });
    await service.healthy(stop.signal);
    return service;
  };
  const startUser = () =>
    startService('user', userPort, {
      OTEL_EXPORTER_OTLP_ENDPOINT: observers.otlpGrpc,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
      OTEL_METRICS_EXPORTER: 'none',
    });
  let user = await progress.step('Starting the user service', startUser);
  resources.defer(() => user[Symbol.asyncDispose]());
  const order = resources.use(
    await progress.step('Starting the order service', () =>
      startService('order', orderPort, {
        OTEL_EXPORTER_OTLP_ENDPOINT: observers.otlpHttp,
        USER_URL: user.url,
      }),
    ),
  );

  const victims: Victim[] = [
    {
      name: 'Collector',
      kill: () => observers.collector.stop('SIGKILL'),
      start: () => observers.collector.start(),
    },
    {
      name: 'User service',
      kill: () => user.kill('SIGKILL'),
      start: async () => {
        user = await startUser();
      },
    },
    { name: 'RabbitMQ', kill: () => broker.stop('SIGKILL'), start: () => broker.start() },
    { name: 'PostgreSQL', kill: () => database.server.stop('SIGKILL'), start: () => database.server.start() },
  ];
  const began = Date.now();
  const enough = new AbortController();
  const load = placeOrders(order.url, PER_SECOND, AbortSignal.any([enough.signal, stop.signal]));
  const outages = await disturb(victims, {
    calmMillis: CALM_MILLIS,
    awayMillis: AWAY_MILLIS,
    onOutage: (what) => console.error(`  ${what}`),
    signal: stop.signal,
  }).finally(() => enough.abort());
  const attempts = await load;
  stop.signal.throwIfAborted();

  await delay(COUNTED_AFTER_MILLIS);
  const minutes = Math.ceil((Date.now() - began) / 60_000) + 1;
  const { jaegerUrl, prometheusUrl } = observers;
  const findings = await progress.step('Looking at what is there', async () => {
    // First, because the minutes that are looked at end now, and traces may have to be waited for.
    const counters = await judgeCounters(prometheusUrl, minutes, { user: 1, order: 0 });
    const counts = await judgeCounts(prometheusUrl, minutes, attempts);
    const traces = await judgeTraces({
      attempts,
      noted: await notedKeys(database),
      jaegerUrl,
      prometheusUrl,
      minutes: minutes + Math.ceil(DELIVERED_WITHIN_MILLIS / 60_000),
      withinMillis: DELIVERED_WITHIN_MILLIS,
      signal: stop.signal,
    });
    return [
      judgeOrders(attempts, await ordersByKey(database)),
      judgeAnswers(attempts),
      traces,
      counters,
      counts,
    ];
  });
  const page = await writeReport({ perSecond: PER_SECOND, attempts, outages, findings });
  for (const { promise, kept, seen } of findings) console.log(`${kept ? '✔' : '✘'} ${promise}\n    ${seen}`);
  console.log(`Written to ${page}`);
  if (findings.some(({ kept }) => !kept)) process.exitCode = 1;
}
