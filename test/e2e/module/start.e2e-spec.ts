import { Global, Injectable, Logger, Module, type DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import {
  TelemetryModule,
  TracerService,
  type TelemetryOptions,
  type TelemetryOptionsFactory,
} from 'nest-telemetry';
import { recordTelemetry, spanTree, waitForSpans, type TelemetryRecorder } from 'nest-telemetry/testing';
import 'nest-telemetry/testing/vitest';
import { MetricService } from 'nestjs-otel';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ADAPTERS, ItemModule, shopOf, start } from './shop.js';

const TREE = [
  {
    name: 'GET /items/:id',
    kind: 'server',
    status: 'unset',
    children: [{ name: 'find-item', kind: 'internal', status: 'unset', children: [] }],
  },
];

let telemetry: TelemetryRecorder;
beforeEach(() => {
  telemetry = recordTelemetry();
});
afterEach(() => telemetry.stop());

/** Answers with the spans of one request. The client's own span is not the application's. */
async function spansOfRequest(url: string) {
  await fetch(`${url}/items/7`);
  await waitForSpans(telemetry, 'GET');
  return spanTree(telemetry, { order: 'name' })
    .flatMap((root) => (root.kind === 'client' ? root.children : root))
    .filter(({ kind }) => kind === 'server');
}

describe.each(ADAPTERS)('TelemetryModule.forRoot() with nothing, on %s', (_platform, adapter) => {
  it('gives spans, metrics, trace ids in logs, and one line that says so', async () => {
    await using app = await start(shopOf(TelemetryModule.forRoot(), ItemModule), adapter());
    expect(await spansOfRequest(app.url)).toEqual(TREE);

    const page = await (await fetch(`${app.url}/metrics`)).text();
    expect(page).toMatch(/^http_server_request_duration_seconds_count\{.*http_route="\/items\/:id".*\} 1$/m);
    expect(page).toMatch(/^process_cpu_time_seconds_total/m);

    const span = telemetry.span('find-item').spanContext();
    expect(telemetry).toHaveLogged('item 7 asked for', { traceId: span.traceId, context: 'Items' });
    expect(telemetry.logs.find(({ context }) => context === 'Items')?.spanId).toBe(span.spanId);
    expect(telemetry).toHaveLogged({
      context: 'Telemetry',
      level: 'log',
      message:
        'vitest: traces → nowhere (no endpoint configured); metrics → /metrics; ' +
        'on: propagation, fetch, node:http, layers, http server, http handlers, http routes, http exceptions',
    });
  });
});

describe('TelemetryModule.forRootAsync()', () => {
  @Injectable()
  class Settings implements TelemetryOptionsFactory {
    createTelemetryOptions(): TelemetryOptions {
      return { serviceName: 'from-settings' };
    }
  }
  @Module({ providers: [Settings], exports: [Settings] })
  class SettingsModule {}
  @Global()
  @Module({ providers: [Settings], exports: [Settings] })
  class GlobalSettingsModule {}

  const ways: [string, () => DynamicModule][] = [
    [
      'useFactory, imports and inject',
      () =>
        TelemetryModule.forRootAsync({
          imports: [SettingsModule],
          inject: [Settings],
          useFactory: async (settings: Settings) => Promise.resolve(settings.createTelemetryOptions()),
        }),
    ],
    ['useClass', () => TelemetryModule.forRootAsync({ useClass: Settings })],
    ['useExisting', () => TelemetryModule.forRootAsync({ useExisting: Settings })],
  ];

  it.each(ways)('takes options from %s', async (_way, module) => {
    await using app = await start(shopOf(GlobalSettingsModule, module(), ItemModule));
    expect(await spansOfRequest(app.url)).toEqual(TREE);
    expect(telemetry.span('find-item').resource.attributes['service.name']).toBe('from-settings');
  });

  it('names a bad option as forRoot() does', async () => {
    const module = TelemetryModule.forRootAsync({ useFactory: () => ({ traces: { ratio: 2 } }) });
    await expect(start(shopOf(module))).rejects.toMatchObject({ code: 'NT_OPTION_INVALID' });
  });
});

describe('The place of the import', () => {
  it.each([
    ['before', () => shopOf(TelemetryModule.forRoot(), ItemModule)],
    ['after', () => shopOf(ItemModule, TelemetryModule.forRoot())],
  ])('makes no difference: %s the modules of the application', async (_order, module) => {
    await using app = await start(module());
    expect(await spansOfRequest(app.url)).toEqual(TREE);
  });

  it('may be a module further down', async () => {
    @Module({ imports: [TelemetryModule.forRoot()] })
    class CoreModule {}
    await using app = await start(shopOf(ItemModule, CoreModule), new FastifyAdapter());
    expect(await spansOfRequest(app.url)).toEqual(TREE);
  });

  @Injectable()
  class NeedsTracer {
    constructor(readonly tracer: TracerService) {}
  }
  @Module({ providers: [NeedsTracer] })
  class FeatureModule {}

  it('does not matter to providers: they can be injected everywhere', async () => {
    await using app = await start(shopOf(FeatureModule, TelemetryModule.forRoot()));
    expect(app.get(NeedsTracer).tracer).toBeInstanceOf(TracerService);
  });

  it('matters with isGlobal: false, also for what comes from nestjs-otel', async () => {
    const local = TelemetryModule.forRoot({ isGlobal: false });
    await expect(start(shopOf(FeatureModule, local))).rejects.toThrow(/NeedsTracer/);
    @Injectable()
    class NeedsMetrics {
      constructor(readonly metrics: MetricService) {}
    }
    @Module({ providers: [NeedsMetrics] })
    class MetricsModule {}
    await expect(start(shopOf(MetricsModule, local))).rejects.toThrow(/NeedsMetrics/);
    @Module({ imports: [local], providers: [NeedsTracer] })
    class OwnImportModule {}
    await using app = await start(OwnImportModule);
    expect(app.get(NeedsTracer).tracer).toBeInstanceOf(TracerService);
  });
});

describe('Importing the module twice', () => {
  it('makes one span per request and one warning', async () => {
    @Module({ imports: [TelemetryModule.forRoot({ serviceName: 'second' })] })
    class FeatureModule {}
    @Module({ imports: [TelemetryModule.forRootAsync({ useFactory: () => ({ serviceName: 'third' }) })] })
    class OtherModule {}
    const module = shopOf(
      TelemetryModule.forRoot({ serviceName: 'first' }),
      FeatureModule,
      OtherModule,
      ItemModule,
    );
    await using app = await start(module);
    expect(await spansOfRequest(app.url)).toEqual(TREE);
    const warnings = telemetry.logs.filter(({ message }) => message.includes('NT_MODULE_IMPORTED_TWICE'));
    expect(warnings.map(({ level }) => level)).toEqual(['warn']);
    expect(telemetry.logs.filter(({ message }) => message.includes('traces →'))).toHaveLength(1);
    const page = await (await fetch(`${app.url}/metrics`)).text();
    expect(page).toMatch(/^http_server_request_duration_seconds_count\{.*\} 1$/m);
  });
});

describe('NestFactory.createApplicationContext()', () => {
  it('has telemetry without HTTP', async () => {
    const app = await NestFactory.createApplicationContext(shopOf(TelemetryModule.forRoot()));
    app.get(TracerService).span('job', () => new Logger('Job').log('done'));
    const { traceId } = telemetry.span('job').spanContext();
    expect(telemetry).toHaveLogged('done', { traceId });
    expect(telemetry).toHaveLogged(/http server \(the application has no HTTP adapter/, {
      context: 'Telemetry',
    });
    await app.close();
  });
});

describe('Test.createTestingModule()', () => {
  it.each(ADAPTERS)('works with an adapter that comes after compile(): %s', async (_platform, adapter) => {
    const compiled = await Test.createTestingModule({
      imports: [TelemetryModule.forRoot(), ItemModule],
    }).compile();
    const app = compiled.createNestApplication(adapter());
    await app.listen(0, '127.0.0.1');
    expect(await spansOfRequest(await app.getUrl())).toEqual(TREE);
    expect((await fetch(`${await app.getUrl()}/metrics`)).status).toBe(200);
    // Nest's testing modules drop log lines; with a recorder they can be asked for.
    const { traceId } = telemetry.span('find-item').spanContext();
    expect(telemetry).toHaveLogged('item 7 asked for', { traceId });
    await app.close();
  });

  it('works without an application', async () => {
    const compiled = await Test.createTestingModule({ imports: [TelemetryModule.forRoot()] }).compile();
    compiled.get(TracerService).span('job', () => undefined);
    expect(telemetry).toHaveSpan('job', { parent: null });
    await compiled.close();
  });
});
