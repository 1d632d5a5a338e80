// One logger in a process of its own. It writes to standard output as it would in production, and tells over IPC what CPU
// time that took. Started by logs.ts.
import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { context, logs, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { createRequire } from 'node:module';
import type { Logger as PinoLogger } from 'pino';
import { pinoTelemetry, TelemetryLogger, TelemetryModule } from 'nest-telemetry';
import type { LogReport, LogSubject } from './logs.ts';

const LINES_PER_TURN = 200;
const DISABLED_CALLS = 1_000_000;
/** As large as a round, so that nothing is dropped and what is measured is all of the work. */
const QUEUE = 100_000;

const require = createRequire(import.meta.url);
const [subject, endpoint] = process.argv.slice(2) as [LogSubject, string];

interface Prepared {
  readonly log: (index: number) => void;
  readonly disabled: () => void;
}

const ORDER = { orderId: 'ord_8e1cbd3e', items: 3, total: 129.95 };

async function ours(sends: boolean): Promise<Prepared> {
  class BenchModule {}
  const telemetry = TelemetryModule.forRoot({
    serviceName: 'bench',
    endpoint,
    logs: { level: 'log', format: 'json', exporters: sends ? ['otlp'] : [], batch: { maxQueueSize: QUEUE } },
    traces: { exporters: [], lifecycle: false },
    metrics: { enabled: false },
  });
  const app = await NestFactory.createApplicationContext(
    { module: BenchModule, imports: [telemetry] },
    { logger: ['fatal'] },
  );
  const logger = app.get(TelemetryLogger);
  logger.setLevel('log');
  return {
    log: (index) => logger.log(`order ${index} placed`, ORDER, 'OrdersService'),
    disabled: () => logger.debug('order looked at', ORDER, 'OrdersService'),
  };
}

function pinoPrepared(options: object = { base: { 'service.name': 'bench' } }): Prepared {
  const { pino } = require('pino') as typeof import('pino');
  const logger: PinoLogger = pino(options).child({ context: 'OrdersService' });
  return {
    log: (index) => logger.info(ORDER, `order ${index} placed`),
    disabled: () => logger.debug(ORDER, 'order looked at'),
  };
}

/** pino with the official instrumentation, which adds the ids and sends every line. */
function instrumented(): Prepared {
  const { NodeSDK } = require('@opentelemetry/sdk-node') as typeof import('@opentelemetry/sdk-node');
  // Installed for the bench alone, so that its types are not there where the repository is checked.
  const { PinoInstrumentation } = require('@opentelemetry/instrumentation-pino') as {
    PinoInstrumentation: new () => import('@opentelemetry/instrumentation').Instrumentation;
  };
  const { BatchLogRecordProcessor } =
    require('@opentelemetry/sdk-logs') as typeof import('@opentelemetry/sdk-logs');
  const { OTLPLogExporter } =
    require('@opentelemetry/exporter-logs-otlp-proto') as typeof import('@opentelemetry/exporter-logs-otlp-proto');
  const exporter = new OTLPLogExporter({ url: `${endpoint}/v1/logs` });
  new NodeSDK({
    serviceName: 'bench',
    instrumentations: [new PinoInstrumentation()],
    logRecordProcessors: [new BatchLogRecordProcessor({ exporter, maxQueueSize: QUEUE })],
    metricReaders: [],
    // So that there are ids; spans go nowhere.
    spanProcessors: [{ onStart() {}, onEnd() {}, forceFlush: async () => {}, shutdown: async () => {} }],
  }).start();
  return pinoPrepared();
}

async function prepare(): Promise<Prepared> {
  switch (subject) {
    case 'nest-telemetry':
      return ours(false);
    case 'nest-telemetry + OTLP':
      return ours(true);
    case 'pinoTelemetry()':
      await ours(false);
      return pinoPrepared(pinoTelemetry({ base: null }));
    case 'instrumentation-pino + OTLP':
      return instrumented();
    default:
      return pinoPrepared();
  }
}

const nextTurn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

/** Nanoseconds of CPU time for each line, with everything that is done for it until it has been sent. */
async function lineCost({ log }: Prepared, lines: number): Promise<number> {
  const span = trace.getTracer('bench').startSpan('request', {}, ROOT_CONTEXT);
  const before = process.cpuUsage();
  await context.with(trace.setSpan(ROOT_CONTEXT, span), async () => {
    for (let index = 0; index < lines; index += 1) {
      log(index);
      if (index % LINES_PER_TURN === 0) await nextTurn();
    }
  });
  await (logs.getLoggerProvider() as { forceFlush?: () => Promise<void> }).forceFlush?.();
  while (process.stdout.writableLength > 0) await nextTurn();
  const { user, system } = process.cpuUsage(before);
  span.end();
  return ((user + system) * 1000) / lines;
}

function disabledCost({ disabled }: Prepared): number {
  const before = process.threadCpuUsage();
  for (let call = 0; call < DISABLED_CALLS; call += 1) disabled();
  const { user, system } = process.threadCpuUsage(before);
  return ((user + system) * 1000) / DISABLED_CALLS;
}

const prepared = await prepare();
process.on('message', (lines: number) => {
  void lineCost(prepared, lines).then((line) => {
    process.send?.({ line, disabled: disabledCost(prepared) } satisfies LogReport);
  });
});
process.on('disconnect', () => process.exit(0));
process.send?.({ line: 0, disabled: 0 } satisfies LogReport);
