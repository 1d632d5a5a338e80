import 'reflect-metadata';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type LoggerService, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { trace } from '@opentelemetry/api';
import { MetricReader } from '@opentelemetry/sdk-metrics';
import { TelemetryModule } from 'nest-telemetry';

// An application that forgets to end spans, in the environment it is given. Prints what telemetry says about it.
const { environment } = JSON.parse(process.env['FIXTURE'] ?? '{}') as { environment: string };

class Reader extends MetricReader {
  protected async onShutdown(): Promise<void> {}
  protected async onForceFlush(): Promise<void> {}
}

const nothing = (): void => undefined;
const logger: LoggerService = {
  log: nothing,
  error: nothing,
  warn: (message: unknown) => process.stdout.write(`@warning ${String(message)}\n`),
};
const reader = new Reader();
const AppModule = class {};
Module({
  imports: [
    TelemetryModule.forRoot({
      environment,
      logs: { enabled: false },
      metrics: { readers: [reader] },
      traces: { lifecycle: false, hygiene: { openMillis: 200 } },
    }),
  ],
})(AppModule);
const application = await NestFactory.createApplicationContext(AppModule, { logger });

function forgetful(): void {
  trace.getTracer('shop').startSpan('forgotten');
}
for (let count = 0; count < 50; count += 1) forgetful();
const kept = trace.getTracer('shop').startSpan('kept');
for (let count = 0; count < 1000; count += 1) trace.getTracer('shop').startSpan('well kept').end();

async function read(): Promise<Map<string, number>> {
  const { resourceMetrics } = await reader.collect();
  const all = resourceMetrics.scopeMetrics.flatMap(({ metrics }) => metrics);
  return new Map(
    all.map(({ descriptor, dataPoints }) => [
      descriptor.name,
      (dataPoints as { value: unknown }[]).reduce((sum, { value }) => sum + Number(value), 0),
    ]),
  );
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
let metrics = await read();
for (let attempt = 0; attempt < 100 && metrics.get('nest_telemetry.spans.unended') !== 50; attempt += 1) {
  collectGarbage();
  // oxlint-disable-next-line no-await-in-loop -- time has to pass
  await new Promise((resolve) => setTimeout(resolve, 50));
  // oxlint-disable-next-line no-await-in-loop -- until the garbage collector has told
  metrics = await read();
}
process.stdout.write(
  `@unended ${metrics.get('nest_telemetry.spans.unended')}\n@overdue ${metrics.get('nest_telemetry.spans.overdue')}\n`,
);
kept.end();
await application.close();
