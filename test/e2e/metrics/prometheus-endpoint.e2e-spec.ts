import 'reflect-metadata';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import {
  All,
  Controller,
  Get,
  Module,
  VersioningType,
  type CanActivate,
  type INestApplication,
  type MiddlewareConsumer,
  type NestInterceptor,
  type NestModule,
} from '@nestjs/common';
import {
  APP_GUARD,
  APP_INTERCEPTOR,
  HttpAdapterHost,
  NestFactory,
  type AbstractHttpAdapter,
} from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { MetricService, OpenTelemetryModule, OtelMethodCounter } from 'nestjs-otel';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { METRICS } from '../../../libs/telemetry/src/metrics/catalog.js';
import { meterProvider } from '../../../libs/telemetry/src/metrics/global.meter-provider.js';
import { histogramFor } from '../../../libs/telemetry/src/metrics/instruments.js';
import { PrometheusEndpoint } from '../../../libs/telemetry/src/metrics/prometheus.endpoint.js';
import { RuntimeMetrics } from '../../../libs/telemetry/src/metrics/runtime.metrics.js';
import { useWarningSink } from '../../../libs/telemetry/src/telemetry.warnings.js';
import { hasPromtool, promtoolProblems } from './promtool.js';

const HOST = '127.0.0.1';

/** Touched before any SDK runs, and kept by nestjs-otel in a module-level map. */
const early = new MetricService().getCounter('early.orders');

class DenyAll implements CanActivate {
  canActivate(): boolean {
    return false;
  }
}

class FailAll implements NestInterceptor {
  intercept(): never {
    throw new Error('no way past this interceptor');
  }
}

@Controller({ path: 'orders', version: '1' })
class OrdersController {
  @Get()
  @OtelMethodCounter()
  list(): string[] {
    return [];
  }
}

@Controller()
class CatchAllController {
  @All('*')
  nothing(): string {
    return 'caught';
  }
}

@Controller('metrics')
class OwnMetricsController {
  @Get()
  page(): string {
    return 'own';
  }
}

let endpoint: PrometheusEndpoint;

@Module({})
class MountingModule implements NestModule {
  constructor(private readonly host: HttpAdapterHost) {}

  configure(_consumer: MiddlewareConsumer): void {
    endpoint.mount(this.host.httpAdapter);
    // Twice, as when the module is imported twice.
    endpoint.mount(this.host.httpAdapter);
  }
}

@Module({
  imports: [OpenTelemetryModule.forRoot()],
  controllers: [OrdersController],
  providers: [
    { provide: APP_GUARD, useClass: DenyAll },
    { provide: APP_INTERCEPTOR, useClass: FailAll },
  ],
})
class HostileModule extends MountingModule {}

@Module({ controllers: [CatchAllController] })
class CatchAllModule extends MountingModule {}

@Module({ controllers: [OwnMetricsController] })
class OwnMetricsModule extends MountingModule {}

/** Everything that stands between a client and a controller. */
async function configureHostile(app: INestApplication): Promise<INestApplication> {
  app.setGlobalPrefix('api');
  app.enableVersioning({ type: VersioningType.URI, defaultVersion: '1' });
  app.enableCors({ origin: 'https://shop.example' });
  await app.listen(0, HOST);
  return app;
}

const factories = {
  'NestFactory.create': async (adapter: AbstractHttpAdapter) =>
    configureHostile(await NestFactory.create(HostileModule, adapter, { logger: false })),
  'Test.createTestingModule': async (adapter: AbstractHttpAdapter) => {
    const testing = await Test.createTestingModule({ imports: [HostileModule] }).compile();
    return configureHostile(testing.createNestApplication(adapter, { logger: false }));
  },
};

function createEndpoint(reader: PrometheusExporter): PrometheusEndpoint {
  const serializer = new PrometheusSerializer();
  return new PrometheusEndpoint({
    path: '/metrics',
    reader,
    serialize: (metrics) => serializer.serialize(metrics),
  });
}

describe.each([
  ['Express', () => new ExpressAdapter() as AbstractHttpAdapter],
  ['Fastify', () => new FastifyAdapter() as AbstractHttpAdapter],
])('The metrics page on %s', (_platform, createAdapter) => {
  describe.each(Object.entries(factories))('made by %s', (_factory, createApp) => {
    let exporter: PrometheusExporter;
    let provider: MeterProvider;
    let app: INestApplication;
    let url: string;

    beforeEach(async () => {
      exporter = new PrometheusExporter({ preventServerStart: true });
      provider = new MeterProvider({ readers: [exporter] });
      meterProvider.setDelegate(provider);
      endpoint = createEndpoint(exporter);
      app = await createApp(createAdapter());
      url = await app.getUrl();
    });

    afterEach(async () => {
      await app.close();
      await endpoint.close(1_000);
      meterProvider.setDelegate(undefined);
      await provider.shutdown();
    });

    it('is past global guards, interceptors, prefix and versions', async () => {
      expect((await fetch(`${url}/api/v1/orders`)).status).toBe(403);
      expect((await fetch(`${url}/api/v1/metrics`)).status).toBe(404);
      const response = await fetch(`${url}/metrics`);
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
      expect(await response.text()).toContain('target_info{');
    });

    it('is before a route of the application that catches all', async () => {
      const catchAll = await NestFactory.create(CatchAllModule, createAdapter(), { logger: false });
      await catchAll.listen(0, HOST);
      const base = await catchAll.getUrl();
      expect(await (await fetch(`${base}/anything`)).text()).toBe('caught');
      expect(await (await fetch(`${base}/metrics`)).text()).toContain('target_info{');
      await catchAll.close();
    });

    it('keeps the headers the application sends everywhere', async () => {
      const { headers } = await fetch(`${url}/metrics`, { headers: { origin: 'https://shop.example' } });
      expect(headers.get('access-control-allow-origin')).toBe('https://shop.example');
    });

    it('answers HEAD without a body', async () => {
      const response = await fetch(`${url}/metrics`, { method: 'HEAD' });
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toContain('text/plain');
      expect(await response.text()).toBe('');
    });

    it('shows what nestjs-otel counts, though its instruments were made before the start', async () => {
      early.add(2);
      app.get(OrdersController).list();
      const page = await (await fetch(`${url}/metrics`)).text();
      expect(page).toMatch(/^early_orders_total\{[^}]*\} 2$/m);
      expect(page).toMatch(/^app_OrdersController_list_calls_total\{[^}]*\} 1$/m);
    });

    it('answers scrapes that come together', async () => {
      early.add(1);
      const pages = await Promise.all(
        Array.from({ length: 50 }, async () => (await fetch(`${url}/metrics`)).text()),
      );
      expect(pages.every((page) => /^early_orders_total\{[^}]*\} 1$/m.test(page))).toBe(true);
    });

    it('answers 503 when collecting fails, and the application lives on', async () => {
      await provider.shutdown();
      expect((await fetch(`${url}/metrics`)).status).toBe(503);
      expect((await fetch(`${url}/api/v1/orders`)).status).toBe(403);
    });

    it('is also served on a port of its own, until that is closed', async () => {
      early.add(1);
      const { port } = await endpoint.listen({ host: HOST, port: 0 });
      const page = await (await fetch(`http://${HOST}:${port}/metrics`)).text();
      expect(page).toContain('early_orders_total');
      await endpoint.close(1_000);
      await expect(fetch(`http://${HOST}:${port}/metrics`)).rejects.toThrow('fetch failed');
    });

    it('names a port that is taken', async () => {
      const other = createServer().listen(0, HOST);
      await once(other, 'listening');
      const { port } = other.address() as AddressInfo;
      await expect(endpoint.listen({ host: HOST, port })).rejects.toMatchObject({
        code: 'NT_METRICS_PORT_IN_USE',
      });
      other.close();
    });

    it.skipIf(!hasPromtool && process.env['REQUIRE_SERVICES'] !== '1')(
      'is accepted by promtool check metrics (needs promtool)',
      async () => {
        const runtime = new RuntimeMetrics();
        runtime.start();
        early.add(1, { 'payment.method': 'card' });
        histogramFor(METRICS.httpServerRequestDuration).record(0.02, {
          'http.request.method': 'GET',
          'http.route': '/orders/:id',
          'http.response.status_code': 200,
        });
        const page = await (await fetch(`${url}/metrics`)).text();
        runtime.stop();
        expect(hasPromtool, 'promtool must be installed when REQUIRE_SERVICES=1').toBe(true);
        expect(promtoolProblems(page)).toBe('');
      },
    );
  });
});

describe('A route of the application on the metrics path', () => {
  let exporter: PrometheusExporter;
  beforeEach(() => {
    exporter = new PrometheusExporter({ preventServerStart: true });
    endpoint = createEndpoint(exporter);
  });
  afterEach(() => endpoint.close(1_000));

  it('is hidden on Express, which is said at the first scrape', async () => {
    const codes: string[] = [];
    const restore = useWarningSink((code) => codes.push(code));
    const app = await NestFactory.create(OwnMetricsModule, new ExpressAdapter(), { logger: false });
    await app.listen(0, HOST);
    await fetch(`${await app.getUrl()}/metrics`);
    await app.close();
    restore();
    expect(codes).toContain('NT_METRICS_PATH_TAKEN');
  });

  it('stops the start on Fastify, which can have one route only, with the way out', async () => {
    const app = await NestFactory.create(OwnMetricsModule, new FastifyAdapter(), {
      logger: false,
      abortOnError: false,
    });
    await expect(app.init()).rejects.toMatchObject({ code: 'NT_METRICS_PATH_TAKEN' });
  });
});

it('The metrics page answers HEAD though Fastify was told not to', async () => {
  const exporter = new PrometheusExporter({ preventServerStart: true });
  const provider = new MeterProvider({ readers: [exporter] });
  endpoint = createEndpoint(exporter);
  const adapter = new FastifyAdapter({ exposeHeadRoutes: false });
  const app = await NestFactory.create(MountingModule, adapter, { logger: false });
  await app.listen(0, HOST);
  const response = await fetch(`${await app.getUrl()}/metrics`, { method: 'HEAD' });
  expect(response.status).toBe(200);
  expect(await response.text()).toBe('');
  await app.close();
  await endpoint.close(1_000);
  await provider.shutdown();
});
