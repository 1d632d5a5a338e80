import { Injectable, Logger, Module, type LoggerService } from '@nestjs/common';
import type { Meter, Tracer } from '@opentelemetry/api';
import { MetricService, TraceService } from 'nestjs-otel';
import {
  InjectMeter,
  InjectTracer,
  MeterService,
  TelemetryLogger,
  TelemetryModule,
  TracerService,
  type TelemetryOptions,
} from 'nest-telemetry';
import { recordTelemetry, type TelemetryRecorder } from 'nest-telemetry/testing';
import 'nest-telemetry/testing/vitest';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ADAPTERS, ItemModule, shopOf, start } from './shop.js';

@Injectable()
class Everything {
  constructor(
    readonly tracerService: TracerService,
    readonly meterService: MeterService,
    readonly logger: TelemetryLogger,
    readonly traceService: TraceService,
    readonly metricService: MetricService,
    @InjectTracer() readonly tracer: Tracer,
    @InjectMeter() readonly meter: Meter,
  ) {}
}

@Module({ providers: [Everything] })
class EverythingModule {}

let telemetry: TelemetryRecorder;
let stderr: string[];
beforeEach(() => {
  telemetry = recordTelemetry();
  stderr = [];
  vi.spyOn(process, 'emitWarning').mockImplementation((text) => void stderr.push(String(text)));
});
afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await telemetry.stop();
});

/** Nest keeps it protected. */
class NestLogger extends Logger {
  static current(): LoggerService | undefined {
    return Logger.staticInstanceRef;
  }
}

describe.each<[string, TelemetryOptions, Record<string, string>]>([
  ['enabled: false', { enabled: false }, {}],
  ['OTEL_SDK_DISABLED', {}, { OTEL_SDK_DISABLED: 'true' }],
  ['a bad option and failFast: false', { traces: { ratio: 3 }, failFast: false }, {}],
  ['a bad option and TELEMETRY_FAIL_FAST=false', { traces: { ratio: 4 } }, { TELEMETRY_FAIL_FAST: 'false' }],
])('With %s', (_way, options, variables) => {
  it.each(ADAPTERS)(
    'everything can be injected and called, and nothing comes of it, on %s',
    async (_name, adapter) => {
      for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
      const loggerBefore = NestLogger.current();
      await using app = await start(
        shopOf(TelemetryModule.forRoot(options), ItemModule, EverythingModule),
        adapter(),
      );

      const response = await fetch(`${app.url}/items/1`);
      expect(response.status).toBe(200);
      expect(response.headers.has('x-trace-id')).toBe(false);
      expect((await fetch(`${app.url}/metrics`)).status).toBe(404);

      const all = app.get(Everything);
      expect(all.tracerService.span('job', () => 'result')).toBe('result');
      all.tracer.startSpan('span').end();
      all.traceService.startSpan('span').end();
      all.meterService.counter('orders').add(1);
      all.metricService.getCounter('orders').add(1);
      all.meter.createHistogram('sizes').record(1);
      expect(all.logger).toBeInstanceOf(TelemetryLogger);

      expect(telemetry.spans).toEqual([]);
      expect(await telemetry.metrics()).toEqual([]);
      expect(NestLogger.current()).toBe(loggerBefore);
    },
  );
});

describe('The boot line', () => {
  it.each<[TelemetryOptions, string]>([
    [{ enabled: false }, 'off (enabled is false, or OTEL_SDK_DISABLED is set)'],
    [{ traces: { ratio: 5 }, failFast: false }, 'off (option traces.ratio is bad, and failFast is false)'],
  ])('says why telemetry is off: %j', async (options, expected) => {
    const log = vi.spyOn(Logger.prototype, 'log');
    await using _app = await start(shopOf(TelemetryModule.forRoot(options)));
    expect(log.mock.calls.map(([message]) => message as unknown)).toContain(expected);
  });
});

describe('A bad option', () => {
  it('stops the start and names the path, the value and what is allowed', async () => {
    const error: unknown = await start(shopOf(TelemetryModule.forRoot({ traces: { ratio: 2 } }))).catch(
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({
      name: 'TelemetryError',
      code: 'NT_OPTION_INVALID',
      message: expect.stringContaining('Option traces.ratio is 2; allowed: a number from 0 to 1.'),
      details: { path: 'traces.ratio', value: '2', allowed: 'a number from 0 to 1' },
    });
  });

  it('is said once where it does not stop the start', async () => {
    // A minute later: the tests before have said that telemetry is off.
    const now = Date.now.bind(Date);
    vi.spyOn(Date, 'now').mockImplementation(() => now() + 61_000);
    const module = shopOf(TelemetryModule.forRoot({ metrics: { path: 'metrics' }, failFast: false }));
    await (await start(module)).close();
    await (await start(module)).close();
    expect(stderr).toEqual([expect.stringMatching(/^Telemetry is off:.*metrics\.path is "metrics"/)]);
  });
});
