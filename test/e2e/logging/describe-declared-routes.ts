import {
  All,
  Catch,
  Controller,
  Get,
  Injectable,
  Module,
  Param,
  ParseIntPipe,
  Post,
  Scope,
  UseFilters,
  UseGuards,
  UseInterceptors,
  UsePipes,
  ValidationPipe,
  VERSION_NEUTRAL,
  VersioningType,
  type CallHandler,
  type CanActivate,
  type DynamicModule,
  type ExceptionFilter,
  type ExecutionContext,
  type INestApplication,
  type NestInterceptor,
} from '@nestjs/common';
import { APP_GUARD, NestFactory, type AbstractHttpAdapter } from '@nestjs/core';
import { decodeLogs, decodeTraces, plainAttributes, plainValue } from '@nest-telemetry/otlp';
import type { Observable } from 'rxjs';
import { TelemetryModule, type TelemetryOptions } from 'nest-telemetry';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { receiveHttp, type Receiver } from '../otlp.receiver.js';

@Injectable()
class AuthGuard implements CanActivate {
  canActivate(): boolean {
    return true;
  }
}

@Injectable({ scope: Scope.REQUEST })
class TenantGuard extends AuthGuard {}
class RolesGuard extends AuthGuard {}

@Injectable()
class TimingInterceptor implements NestInterceptor {
  intercept(_: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle();
  }
}

@Catch(RangeError)
class RangeFilter implements ExceptionFilter {
  catch(): void {}
}

@UseGuards(RolesGuard)
@UseInterceptors(TimingInterceptor)
@Controller({ path: 'orders', version: ['1', '2'] })
class OrdersController {
  @Get(':id')
  @UseFilters(new RangeFilter())
  find(@Param('id', ParseIntPipe) id: number): { id: number } {
    return { id };
  }

  @Post()
  @UsePipes(new ValidationPipe())
  place(): void {}
}

@Controller({ path: ['health', 'ready'], version: VERSION_NEUTRAL, scope: Scope.REQUEST })
class HealthController {
  @All()
  check(): string {
    return 'ok';
  }
}

@Module({
  controllers: [OrdersController, HealthController],
  providers: [
    { provide: APP_GUARD, useClass: AuthGuard },
    { provide: APP_GUARD, useClass: TenantGuard },
  ],
})
class ShopModule {}

type Told = { readonly routes: readonly Record<string, unknown>[] };

/** The records about routes that arrived. */
function toldIn({ received }: Receiver): Told[] {
  const bodies = received.filter(({ path }) => path.endsWith('/logs')).map(({ body }) => decodeLogs(body));
  return bodies
    .flatMap(({ resourceLogs }) => resourceLogs)
    .flatMap(({ scopeLogs }) => scopeLogs)
    .flatMap(({ logRecords }) => logRecords)
    .filter(({ eventName }) => eventName === 'nestjs.app.routes')
    .map(({ body }) => plainValue(body ?? {}) as unknown as Told);
}

/** What spans call the routes of the requests that were made. */
function routesOfSpansIn({ received }: Receiver): unknown[] {
  const bodies = received
    .filter(({ path }) => path.endsWith('/traces'))
    .map(({ body }) => decodeTraces(body));
  return bodies
    .flatMap(({ resourceSpans }) => resourceSpans)
    .flatMap(({ scopeSpans }) => scopeSpans)
    .flatMap(({ spans }) => spans)
    .map(({ attributes }) => plainAttributes(attributes)['http.route'])
    .filter((route) => route !== undefined);
}

/** What an application says of its routes when it has started, on one adapter. */
export function describeDeclaredRoutes(platform: string, createAdapter: () => AbstractHttpAdapter): void {
  describe(`Declared routes on ${platform}`, () => {
    let receiver: Receiver & AsyncDisposable;
    beforeEach(async () => {
      receiver = await receiveHttp();
      vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    });
    afterEach(async () => {
      vi.restoreAllMocks();
      await receiver[Symbol.asyncDispose]();
    });

    async function serve(
      options: TelemetryOptions,
      prepare: (app: INestApplication) => void,
      paths: readonly string[] = [],
    ): Promise<void> {
      const root: DynamicModule = {
        module: class AppModule {},
        imports: [TelemetryModule.forRoot({ endpoint: receiver.endpoint, ...options }), ShopModule],
      };
      const app = await NestFactory.create(root, createAdapter(), { abortOnError: false });
      prepare(app);
      await app.listen(0, '127.0.0.1');
      const url = await app.getUrl();
      for (const path of paths)
        await fetch(url + path, { headers: { 'x-version': '1' } }).then((response) => response.text());
      await app.close();
    }

    it('are told once, with prefix and versions, and with everything that stands around the handler', async () => {
      await serve({}, (app) => {
        app.setGlobalPrefix('api', { exclude: ['health'] });
        app.enableVersioning({ type: VersioningType.URI });
        app.useGlobalInterceptors(new TimingInterceptor());
      });
      const [told, ...more] = toldIn(receiver);
      expect(more).toEqual([]);
      const orders = {
        controller: 'OrdersController',
        guards: ['AuthGuard', 'TenantGuard', 'RolesGuard'],
        interceptors: ['TimingInterceptor', 'TimingInterceptor'],
      };
      const find = { ...orders, handler: 'find', pipes: ['ParseIntPipe'], filters: ['RangeFilter'] };
      const place = { ...orders, handler: 'place', pipes: ['ValidationPipe'], filters: [] };
      const check = {
        controller: 'HealthController',
        handler: 'check',
        guards: ['AuthGuard', 'TenantGuard'],
        interceptors: ['TimingInterceptor'],
        pipes: [],
        filters: [],
      };
      expect(told?.routes).toEqual([
        { method: 'GET', route: '/api/v1/orders/:id', ...find },
        { method: 'GET', route: '/api/v2/orders/:id', ...find },
        { method: 'POST', route: '/api/v1/orders', ...place },
        { method: 'POST', route: '/api/v2/orders', ...place },
        { method: 'ALL', route: '/health', ...check },
        { method: 'ALL', route: '/api/ready', ...check },
      ]);
    });

    it('are called as the spans of their requests call them, with versions in a header, too', async () => {
      await serve(
        {},
        (app) => {
          app.setGlobalPrefix('api');
          app.enableVersioning({ type: VersioningType.HEADER, header: 'x-version', defaultVersion: '1' });
        },
        ['/api/orders/7', '/api/health', '/api/ready'],
      );
      const [told] = toldIn(receiver);
      const routes = told?.routes.map(({ method, route }) => `${String(method)} ${String(route)}`);
      expect(routes).toEqual([
        'GET /api/orders/:id',
        'POST /api/orders',
        'ALL /api/health',
        'ALL /api/ready',
      ]);
      expect(routesOfSpansIn(receiver)).toEqual(['/api/orders/:id', '/api/health', '/api/ready']);
    });

    it('stay untold when nobody wants them', async () => {
      await serve({ logs: { routes: false } }, () => undefined);
      await serve({ logs: { enabled: false } }, () => undefined);
      await serve({ logs: { exporters: ['none'] } }, () => undefined);
      expect(toldIn(receiver)).toEqual([]);
    });
  });
}
