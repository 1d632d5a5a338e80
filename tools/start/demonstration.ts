import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DashboardPorts, UserTransport } from './arguments.ts';
import { Collector } from './collector.ts';
import { RunningDashboard } from './dashboard.ts';
import { followTraces } from './follow.ts';
import { decodeLogLine } from './log-line.ts';
import { orderTrace, placeOrder } from './order.ts';
import { LOOPBACK, unusedPort } from './ports.ts';
import type { Progress } from './progress.ts';
import { describeServices, drawTrace } from './report.ts';
import { Service } from './services.ts';
import { StartError } from './start.error.ts';
import { missingFrom, waitUntilWhole } from './trace.ts';
import { TraceStore } from './trace.store.ts';

const WHOLE_WITHIN_MILLIS = 30_000;
const EXPORT_DELAY_MILLIS = 200;
const METRICS_EVERY_MILLIS = 5000;

export interface DemonstrationOptions {
  readonly userPort: number;
  readonly orderPort: number;
  readonly userTransport: UserTransport;
  readonly once: boolean;
  /** Undefined for none. */
  readonly dashboardPorts: DashboardPorts | undefined;
}

/** Starts both services, places one order and prints its trace; then serves until the signal aborts. */
export async function demonstrate(
  { userPort, orderPort, userTransport, once: onlyOnce, dashboardPorts }: DemonstrationOptions,
  progress: Progress,
  signal: AbortSignal,
): Promise<void> {
  const store = new TraceStore();
  await using resources = new AsyncDisposableStack();
  const data = resources.adopt(await mkdtemp(join(tmpdir(), 'nest-telemetry-')), (folder) =>
    rm(folder, { recursive: true, force: true }),
  );
  const dashboard =
    dashboardPorts === undefined
      ? undefined
      : resources.use(await RunningDashboard.start(dashboardPorts, join(data, 'dashboard')));
  const collector = resources.use(
    await Collector.start({
      onSpans: (spans) => store.addSpans(spans),
      onRequest: async (path, body) => dashboard?.take(path, body),
    }),
  );
  const startService = (name: string, port: number, environment: Record<string, string> = {}) =>
    resources.use(
      new Service({
        name,
        port,
        environment: {
          DATABASE_PATH: join(data, `${name}.sqlite`),
          LOG_FORMAT: 'json',
          OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
          TELEMETRY_SPOOL_DIRECTORY: join(data, 'spool'),
          OTEL_BSP_SCHEDULE_DELAY: String(EXPORT_DELAY_MILLIS),
          OTEL_METRIC_EXPORT_INTERVAL: String(METRICS_EVERY_MILLIS),
          ...environment,
        },
        onLine: (line) => {
          const log = decodeLogLine(line, name);
          if (log !== undefined) store.addLog(log);
        },
      }),
    );

  const grpcPort = userTransport === 'grpc' ? String(await unusedPort()) : '';
  // No broker is needed: the user service takes events on a port of its own.
  const brokerUrl = `tcp://${LOOPBACK}:${await unusedPort()}`;
  const user = startService('user', userPort, { GRPC_PORT: grpcPort, BROKER_URL: brokerUrl });
  const order = startService('order', orderPort, {
    USER_URL: user.url,
    BROKER_URL: brokerUrl,
    USER_TRANSPORT: userTransport,
    USER_GRPC_URL: `${LOOPBACK}:${grpcPort}`,
  });
  const services = [user, order];
  await progress.step('Starting the services', () =>
    Promise.all(services.map((service) => service.healthy(signal))),
  );
  const expected = orderTrace(userTransport);
  const traceId = await progress.step('Placing an order', () => placeOrder(order.url, signal));
  await progress.step('Waiting for its trace', () =>
    waitUntilWhole(
      store,
      traceId,
      expected,
      AbortSignal.any([signal, AbortSignal.timeout(WHOLE_WITHIN_MILLIS)]),
    ),
  );
  signal.throwIfAborted();
  const trace = store.get(traceId);
  console.log(`\n${await drawTrace(trace, process.stdout)}\n`);
  const missing = missingFrom(trace, expected);
  if (missing.length > 0) {
    throw new StartError(
      `Trace ${traceId} was not complete after ${WHOLE_WITHIN_MILLIS / 1000} s; missing: ${missing.join('; ')}.`,
    );
  }
  if (onlyOnce) return;

  if (dashboard !== undefined) console.log(`This trace in the dashboard:\n  ${dashboard.urlOf(traceId)}\n`);
  console.log(describeServices(services));
  const following = followTraces(
    store,
    (next) => void drawTrace(next, process.stdout).then((text) => console.log(`\n${text}`)),
    { seen: traceId, signal },
  );
  await Promise.race([untilAborted(signal), ...services.map(unexpectedEnd)]);
  console.error('\nStopping.');
  await following;
}

async function untilAborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}

async function unexpectedEnd(service: Service): Promise<never> {
  throw new StartError(`The ${service.name} service ended unexpectedly with ${await service.ended}.`);
}
