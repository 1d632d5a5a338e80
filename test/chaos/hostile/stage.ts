import 'reflect-metadata';
import { Controller, Get, type INestApplication, Logger, type LoggerService, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { metrics, trace } from '@opentelemetry/api';
import { MetricReader } from '@opentelemetry/sdk-metrics';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import { TelemetryLogger, TelemetryModule, type TelemetryOptions } from 'nest-telemetry';
import { WitnessCollector } from './collector.ts';

/** In milliseconds: cases that never answer take all of it, others some of it on a busy machine. */
const PATIENCE = { shutdown: 2000, collection: 300 };

/** What a case may use. */
export interface Stage {
  /** Reads all metrics. */
  readonly collect: () => Promise<void>;
  /** Takes log lines. */
  readonly writer: { readonly write: (line: string) => void };
  readonly request: (
    path: string,
    headers: Readonly<Record<string, string>>,
  ) => Promise<{ status: number; body: string }>;
}

class WitnessExporter implements SpanExporter {
  readonly names: string[] = [];

  export(spans: ReadableSpan[], done: (result: { code: 0 }) => void): void {
    for (const { name } of spans) if (isWitness(name)) this.names.push(name);
    done({ code: 0 });
  }

  async shutdown(): Promise<void> {}
}

/** The names of other spans may have been made anything. */
function isWitness(name: unknown): boolean {
  return typeof name === 'string' && name.startsWith('witness');
}

class WitnessReader extends MetricReader {
  protected async onShutdown(): Promise<void> {}
  protected async onForceFlush(): Promise<void> {}
}

class ItemsController {
  find(): object {
    return { id: 1 };
  }

  fail(): never {
    throw new Error('of the application');
  }
}
Controller()(ItemsController);
for (const [name, path] of [
  ['find', 'items/:id'],
  ['fail', 'fails'],
] as const) {
  const descriptor = Object.getOwnPropertyDescriptor(ItemsController.prototype, name) as PropertyDescriptor;
  Get(path)(ItemsController.prototype, name, descriptor);
}

/** Those who must go on getting what is theirs. */
interface Witnesses {
  readonly exporters: readonly [WitnessExporter, WitnessExporter];
  readonly collector: WitnessCollector;
  readonly reader: WitnessReader;
  readonly warnings: string[];
}

/** An application that something hostile happens in, beside which exporters, a reader and a logger must go on. */
export class Application implements Stage {
  readonly #application: INestApplication;
  readonly #witnesses: Witnesses;
  readonly #lines: string[] = [];
  readonly writer = { write: (line: string) => void this.#lines.push(line) };

  private constructor(application: INestApplication, witnesses: Witnesses) {
    this.#application = application;
    this.#witnesses = witnesses;
  }

  static async start(options: TelemetryOptions): Promise<Application> {
    const witnesses: Witnesses = {
      exporters: [new WitnessExporter(), new WitnessExporter()],
      collector: await WitnessCollector.start(),
      reader: new WitnessReader(),
      warnings: [],
    };
    const [first, second] = witnesses.exporters;
    const HostileModule = class {};
    Module({
      imports: [
        TelemetryModule.forRoot({
          serviceName: 'hostile',
          ...options,
          traces: {
            lifecycle: false,
            ...options.traces,
            // The requests of the test itself are no part of the application.
            http: { ...options.traces?.http, client: false },
            exporters: [first, ...(options.traces?.exporters ?? []), second, 'otlp'],
          },
          endpoint: witnesses.collector.endpoint,
          metrics: {
            exporters: [],
            ...options.metrics,
            readers: [...(options.metrics?.readers ?? []), witnesses.reader],
          },
          logs: { enabled: false },
          shutdown: { timeoutMillis: PATIENCE.shutdown },
        }),
      ],
      controllers: [ItemsController],
    })(HostileModule);
    const application = await NestFactory.create(HostileModule, { logger: listener(witnesses.warnings) });
    await application.listen(0, '127.0.0.1');
    return new Application(application, witnesses);
  }

  get warnings(): readonly string[] {
    return this.#witnesses.warnings;
  }

  readonly collect = async (): Promise<void> => {
    await this.#witnesses.reader.collect({ timeoutMillis: PATIENCE.collection });
  };

  readonly request: Stage['request'] = async (path, headers) => {
    const { port } = (this.#application.getHttpServer() as { address(): { port: number } }).address();
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { headers });
    return { status: response.status, body: await response.text() };
  };

  /** Does what an innocent part of the application does. */
  async witness(): Promise<{ metrics: number[]; counted: number; lines: number }> {
    trace.getTracer('witness').startSpan('witness span').end();
    metrics.getMeter('witness').createCounter('witness.counter').add(1);
    metrics.getMeter('witness').createObservableGauge('witness.gauge').addCallback(one);
    this.#lines.length = 0;
    new TelemetryLogger({ writer: this.writer }).log('witness line');
    const { resourceMetrics } = await this.#witnesses.reader.collect({ timeoutMillis: PATIENCE.collection });
    const all = resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics);
    const sumOf = (name: string): number =>
      all
        .filter(({ descriptor }) => descriptor.name === name)
        .flatMap(({ dataPoints }) => dataPoints as { value: number }[])
        .reduce((sum, { value }) => sum + value, 0);
    return {
      metrics: [sumOf('witness.counter'), sumOf('witness.gauge')],
      counted: sumOf('nest_telemetry.warnings'),
      lines: this.#lines.length,
    };
  }

  /** Ends the application, and tells what arrived. */
  async end(): Promise<{ exporters: string[][]; warnings: string[] }> {
    await this.#application.close();
    const { exporters, collector, warnings } = this.#witnesses;
    collector.stop();
    return { exporters: [...exporters, collector].map(({ names }) => names), warnings };
  }
}

function one(result: { observe(value: number): void }): void {
  result.observe(1);
}

/** Nest's own reports of failed requests are none of ours. */
function listener(warnings: string[]): LoggerService {
  const nothing = (): void => undefined;
  Logger.overrideLogger(false);
  return {
    log: nothing,
    error: nothing,
    debug: nothing,
    verbose: nothing,
    fatal: nothing,
    warn: (message: unknown) => void warnings.push(String(message)),
  };
}
