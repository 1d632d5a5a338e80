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
  type LogLevel,
  type NestInterceptor,
} from '@nestjs/common';
import { APP_GUARD, APP_INTERCEPTOR, NestFactory, type AbstractHttpAdapter } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { TelemetryModule } from 'nest-telemetry';
import { recordTelemetry, type TelemetryRecorder } from 'nest-telemetry/testing';
import 'nest-telemetry/testing/vitest';
import { MetricService, OtelMethodCounter } from 'nestjs-otel';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hasPromtool, promtoolProblems } from './promtool.js';

const HOST = '127.0.0.1';
/** Not what Nest says at every start. */
const LOGGED: LogLevel[] = ['warn'];

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

@Module({
  imports: [TelemetryModule.forRoot()],
  controllers: [OrdersController],
  providers: [
    { provide: APP_GUARD, useClass: DenyAll },
    { provide: APP_INTERCEPTOR, useClass: FailAll },
  ],
})
class HostileModule {}

@Module({ imports: [TelemetryModule.forRoot()], controllers: [CatchAllController] })
class CatchAllModule {}

@Module({ imports: [TelemetryModule.forRoot()], controllers: [OwnMetricsController] })
class OwnMetricsModule {}

@Module({ imports: [TelemetryModule.forRoot({ metrics: { path: '/internal/metrics' } })] })
class OwnPathModule {}

@Module({ imports: [TelemetryModule.forRoot({ metrics: { path: false } })] })
class NoPageModule {}

@Module({
  imports: [TelemetryModule.forRoot({ metrics: { auth: { username: 'prom', password: 's3cret' } } })],
})
class GuardedModule {}

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
    configureHostile(await NestFactory.create(HostileModule, adapter, { logger: LOGGED })),
  'Test.createTestingModule': async (adapter: AbstractHttpAdapter) => {
    const testing = await Test.createTestingModule({ imports: [HostileModule] }).compile();
    return configureHostile(testing.createNestApplication(adapter, { logger: LOGGED }));
  },
};

/** An application whose metrics are on a port of their own, which the boot line tells. */
async function startWithOwnPort(
  adapter: AbstractHttpAdapter,
  port: number,
): Promise<[INestApplication, string]> {
  @Module({ imports: [TelemetryModule.forRoot({ metrics: { port } })], controllers: [OrdersController] })
  class OwnPortModule {}
  const app = await NestFactory.create(OwnPortModule, adapter, { logger: ['log'], abortOnError: false });
  try {
    await app.init();
  } catch (error) {
    await app.close();
    throw error;
  }
  const line = telemetry.logs.find(({ context }) => context === 'Telemetry')?.message ?? '';
  return [app, /metrics → (\S+);/.exec(line)?.[1] ?? ''];
}

let telemetry: TelemetryRecorder;
beforeEach(() => {
  telemetry = recordTelemetry();
});
afterEach(() => telemetry.stop());

describe.each([
  ['Express', () => new ExpressAdapter() as AbstractHttpAdapter],
  ['Fastify', () => new FastifyAdapter() as AbstractHttpAdapter],
])('The metrics page on %s', (_platform, createAdapter) => {
  describe.each(Object.entries(factories))('made by %s', (_factory, createApp) => {
    let app: INestApplication;
    let url: string;

    beforeEach(async () => {
      app = await createApp(createAdapter());
      url = await app.getUrl();
    });
    afterEach(() => app.close());

    it('is past global guards, interceptors, prefix and versions', async () => {
      expect((await fetch(`${url}/api/v1/orders`)).status).toBe(403);
      expect((await fetch(`${url}/api/v1/metrics`)).status).toBe(404);
      const response = await fetch(`${url}/metrics`);
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
      expect(await response.text()).toContain('target_info{');
    });

    it('is before a route of the application that catches all', async () => {
      const catchAll = await NestFactory.create(CatchAllModule, createAdapter(), { logger: LOGGED });
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
      expect(page).toMatch(/^early_orders_total 2$/m);
      expect(page).toMatch(/^app_OrdersController_list_calls_total 1$/m);
    });

    it('answers scrapes that come together', async () => {
      early.add(1);
      const pages = await Promise.all(
        Array.from({ length: 50 }, async () => (await fetch(`${url}/metrics`)).text()),
      );
      expect(pages.every((page) => /^early_orders_total 1$/m.test(page))).toBe(true);
    });

    it.skipIf(!hasPromtool && process.env['REQUIRE_SERVICES'] !== '1')(
      'is accepted by promtool check metrics (needs promtool)',
      async () => {
        early.add(1, { 'payment.method': 'card' });
        await fetch(`${url}/api/v1/orders`);
        const page = await (await fetch(`${url}/metrics`)).text();
        expect(page).toContain('http_server_request_duration_seconds_bucket{');
        expect(hasPromtool, 'promtool must be installed when REQUIRE_SERVICES=1').toBe(true);
        expect(promtoolProblems(page)).toBe('');
      },
    );
  });

  it('is only for those who know the password, where there is one', async () => {
    const app = await NestFactory.create(GuardedModule, createAdapter(), { logger: LOGGED });
    await app.listen(0, HOST);
    const page = `${await app.getUrl()}/metrics`;
    const refused = await fetch(page);
    expect(refused.status).toBe(401);
    expect(refused.headers.get('www-authenticate')).toBe('Basic realm="metrics"');
    expect(await refused.text()).toBe('');
    const authorization = `Basic ${Buffer.from('prom:s3cret').toString('base64')}`;
    expect((await fetch(page, { headers: { authorization } })).status).toBe(200);
    await app.close();
  });

  it('is also served on a port of its own, until the application is closed', async () => {
    const [app, url] = await startWithOwnPort(createAdapter(), 0);
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/metrics$/);
    expect(await (await fetch(url)).text()).toContain('target_info{');
    await app.close();
    await expect(fetch(url)).rejects.toThrow('fetch failed');
  });

  it('stops the start when its own port is taken, and names it', async () => {
    const other = createServer().listen(0, HOST);
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    await expect(startWithOwnPort(createAdapter(), port)).rejects.toMatchObject({
      code: 'NT_METRICS_PORT_IN_USE',
      details: { port },
    });
    other.close();
  });

  it.each([
    [OwnPathModule, '/internal/metrics', 200],
    [OwnPathModule, '/metrics', 404],
    [NoPageModule, '/metrics', 404],
  ])('is where the options say: %o %s', async (module, path, status) => {
    const app = await NestFactory.create(module, createAdapter(), { logger: LOGGED });
    await app.listen(0, HOST);
    expect((await fetch(`${await app.getUrl()}${path}`)).status).toBe(status);
    await app.close();
  });
});

describe('A route of the application on the metrics path', () => {
  it('is hidden on Express, which is said at the first scrape', async () => {
    const app = await NestFactory.create(OwnMetricsModule, new ExpressAdapter(), { logger: LOGGED });
    await app.listen(0, HOST);
    await fetch(`${await app.getUrl()}/metrics`);
    await app.close();
    expect(telemetry).toHaveLogged(/^\[NT_METRICS_PATH_TAKEN\]/, { level: 'warn', context: 'Telemetry' });
  });

  it('stops the start on Fastify, which can have one route only, with the way out', async () => {
    const app = await NestFactory.create(OwnMetricsModule, new FastifyAdapter(), {
      logger: LOGGED,
      abortOnError: false,
    });
    await expect(app.init()).rejects.toMatchObject({ code: 'NT_METRICS_PATH_TAKEN' });
    await app.close();
  });
});

it('The metrics page answers HEAD though Fastify was told not to', async () => {
  const adapter = new FastifyAdapter({ exposeHeadRoutes: false });
  const app = await NestFactory.create(CatchAllModule, adapter, { logger: LOGGED });
  await app.listen(0, HOST);
  const response = await fetch(`${await app.getUrl()}/metrics`, { method: 'HEAD' });
  expect(response.status).toBe(200);
  expect(await response.text()).toBe('');
  await app.close();
});
