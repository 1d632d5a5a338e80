import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import { TelemetryLogger, TelemetryModule, type TelemetryOptions } from 'nest-telemetry';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ItemModule, shopOf, start, type Running } from '../module/shop.js';
import { receiveGrpc, receiveHttp, refusedEndpoint } from '../otlp.receiver.js';
import { hasPromtool, promtoolProblems } from './promtool.js';

const INTERVAL = 'OTEL_METRIC_EXPORT_INTERVAL';

function startShop(options: TelemetryOptions): Promise<Running> {
  return start(shopOf(TelemetryModule.forRoot(options), ItemModule));
}

const pageOf = async ({ url }: Running): Promise<string> => (await fetch(`${url}/metrics`)).text();

/** Value of the sample with these parts of a label set. */
function valueOf(page: string, sample: string, ...labels: readonly string[]): number | undefined {
  const line = page
    .split('\n')
    .find((each) => each.startsWith(sample) && labels.every((label) => each.includes(label)));
  return line === undefined ? undefined : Number(line.split(' ').at(-1));
}

afterEach(() => vi.unstubAllEnvs());

describe.each([
  ['http/protobuf', 'otlp_http', receiveHttp],
  ['http/json', 'otlp_http_json', receiveHttp],
  ['grpc', 'otlp_grpc', receiveGrpc],
] as const)('The metrics page tells of OTLP over %s', (protocol, component, receive) => {
  it('how full the queue is, what was delivered, and how long that took', async () => {
    vi.stubEnv(INTERVAL, '50');
    await using receiver = await receive();
    await using app = await startShop({
      otlp: { endpoint: receiver.endpoint, protocol },
      traces: { batch: { scheduledDelayMillis: 10, maxQueueSize: 1000 } },
    });
    await (await fetch(`${app.url}/items/1`)).text();
    await vi.waitFor(
      async () => {
        const page = await pageOf(app);
        const spans = `otel_component_type="${component}_span_exporter"`;
        const points = `otel_component_type="${component}_metric_exporter"`;
        const batches = 'otel_component_type="batching_span_processor"';
        expect(valueOf(page, 'otel_sdk_processor_span_queue_capacity', batches)).toBe(1000);
        expect(valueOf(page, 'otel_sdk_processor_span_queue_size', batches)).toBe(0);
        expect(valueOf(page, 'otel_sdk_processor_span_processed_total', batches)).toBeGreaterThan(1);
        expect(valueOf(page, 'otel_sdk_exporter_span_exported_total', spans)).toBeGreaterThan(1);
        expect(valueOf(page, 'otel_sdk_exporter_metric_data_point_exported_total', points)).toBeGreaterThan(
          20,
        );
        expect(valueOf(page, 'otel_sdk_exporter_operation_duration_seconds_count', spans)).toBeGreaterThan(0);
        expect(valueOf(page, 'otel_sdk_exporter_operation_duration_seconds_count', points)).toBeGreaterThan(
          0,
        );
        if (hasPromtool) expect(promtoolProblems(page)).toBe('');
      },
      { timeout: 10_000 },
    );
  });
});

it('The metrics page tells of pushes that fail, by what kept them', async () => {
  vi.stubEnv(INTERVAL, '50');
  vi.stubEnv('OTEL_EXPORTER_OTLP_TIMEOUT', '40');
  const endpoint = await refusedEndpoint();
  await using app = await startShop({ endpoint, logs: { level: 'fatal' } });
  await vi.waitFor(
    async () => {
      const page = await pageOf(app);
      const failed = valueOf(page, 'otel_sdk_exporter_metric_data_point_exported_total', 'error_type="');
      expect(failed).toBeGreaterThan(20);
      expect(
        valueOf(page, 'otel_sdk_exporter_operation_duration_seconds_count', 'error_type="'),
      ).toBeGreaterThan(0);
    },
    { timeout: 10_000 },
  );
});

/** Takes its time until it is told to go on. */
class SlowExporter implements SpanExporter {
  readonly #waiting: (() => void)[] = [];
  #goesOn = false;

  export(_spans: readonly ReadableSpan[], done: (result: ExportResult) => void): void {
    const succeed = (): void => done({ code: ExportResultCode.SUCCESS });
    if (this.#goesOn) succeed();
    else this.#waiting.push(succeed);
  }

  goOn(): void {
    this.#goesOn = true;
    for (const succeed of this.#waiting.splice(0)) succeed();
  }

  async shutdown(): Promise<void> {
    this.goOn();
  }
}

it("The metrics page tells of a queue in front of an exporter of one's own, and what it dropped", async () => {
  const exporter = new SlowExporter();
  const batch = { maxQueueSize: 4, maxExportBatchSize: 4, scheduledDelayMillis: 60_000 };
  await using app = await startShop({ traces: { exporters: [exporter], batch } });
  for (let request = 0; request < 10; request += 1)
    // oxlint-disable-next-line no-await-in-loop -- each is over before the next
    await (await fetch(`${app.url}/items/1`)).text();
  const full = await pageOf(app);
  expect(valueOf(full, 'otel_sdk_processor_span_queue_capacity')).toBe(4);
  expect(valueOf(full, 'otel_sdk_processor_span_queue_size')).toBe(4);
  expect(valueOf(full, 'otel_sdk_processor_span_processed_total', 'error_type="queue_full"')).toBeGreaterThan(
    1,
  );
  expect(valueOf(full, 'otel_sdk_exporter_span_inflight', 'SlowExporter')).toBe(4);
  exporter.goOn();
  await vi.waitFor(async () => {
    const page = await pageOf(app);
    expect(valueOf(page, 'otel_sdk_processor_span_queue_size')).toBe(0);
    expect(valueOf(page, 'otel_sdk_exporter_span_exported_total', 'SlowExporter')).toBe(8);
  });
});

it('The metrics page counts what is logged, and nothing that is not', async () => {
  const lines: string[] = [];
  const logger = new TelemetryLogger({ level: 'warn', writer: { write: (line) => void lines.push(line) } });
  Logger.overrideLogger(logger);
  try {
    await using app = await startShop({});
    const before = lines.length;
    const counted = valueOf(await pageOf(app), 'otel_sdk_log_created_total') ?? 0;
    new Logger('Shop').warn('stock is low');
    new Logger('Shop').log('sold');
    expect(lines.length - before).toBe(1);
    expect(valueOf(await pageOf(app), 'otel_sdk_log_created_total')).toBe(counted + 1);
  } finally {
    Logger.overrideLogger(['log', 'error', 'warn']);
  }
});
