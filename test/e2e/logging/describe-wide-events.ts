import {
  BadRequestException,
  CanActivate,
  Controller,
  Get,
  Injectable,
  Module,
  Param,
  UseGuards,
  UseInterceptors,
  type DynamicModule,
} from '@nestjs/common';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { WideEventField, WideEventInterceptor, WideEventService } from 'nestjs-otel';
import { TelemetryModule, type WideEventsOptions } from 'nest-telemetry';
import { recordTelemetry, type RecordedLog, type TelemetryRecorder } from 'nest-telemetry/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { start, type Running } from '../module/shop.js';
import { KeptRecords } from './kept-records.js';

@Injectable()
class TenantGuard implements CanActivate {
  constructor(private readonly wide: WideEventService) {}

  canActivate(): boolean {
    this.wide.set('tenant', 'acme');
    return true;
  }
}

@Injectable()
class PriceService {
  @WideEventField('order.total', (price: number) => price)
  async price(): Promise<number> {
    return 129.95;
  }
}

@UseGuards(TenantGuard)
@Controller('orders')
class OrdersController {
  constructor(
    private readonly wide: WideEventService,
    private readonly prices: PriceService,
  ) {}

  @Get('broken')
  broken(): never {
    throw new RangeError('out of stock');
  }

  @Get('refused')
  refused(): never {
    throw new BadRequestException('no such thing');
  }

  @UseInterceptors(WideEventInterceptor)
  @Get('intercepted')
  intercepted(): string {
    this.wide.set('by', 'interceptor');
    return 'ok';
  }

  @Get('health')
  health(): string {
    return 'ok';
  }

  @Get(':id')
  async find(@Param('id') id: string): Promise<{ id: string }> {
    this.wide.setMany({ 'order.id': id, cached: false });
    this.wide.increment('db.queries', 2);
    await this.prices.price();
    return { id };
  }
}

@Module({ controllers: [OrdersController], providers: [TenantGuard, PriceService] })
class OrdersModule {}

/** What wide events have to be on every adapter. */
export function describeWideEvents(name: string, createAdapter: () => AbstractHttpAdapter): void {
  describe(`A wide event on ${name}`, () => {
    let telemetry: TelemetryRecorder;
    let app: Running;
    const kept = new KeptRecords();

    const serve = async (wideEvents: boolean | WideEventsOptions, ratio = 1): Promise<void> => {
      const telemetryModule = TelemetryModule.forRoot({
        traces: { ratio },
        logs: { wideEvents, processors: [kept] },
      });
      const root: DynamicModule = { module: class Root {}, imports: [telemetryModule, OrdersModule] };
      app = await start(root, createAdapter());
      kept.records.length = 0;
    };
    /** Asks, and answers with the line of that request. */
    const ask = async (path: string): Promise<{ line: RecordedLog | undefined; traceId: string | null }> => {
      const response = await fetch(`${app.url}${path}`);
      await response.text();
      const wide = (): RecordedLog[] => telemetry.logs.filter(({ context }) => context === 'Request');
      await vi.waitFor(() => expect(wide().length + (path.endsWith('/health') ? 1 : 0)).toBeGreaterThan(0));
      expect(wide().length).toBeLessThan(2);
      const [line] = wide();
      telemetry.clear();
      return { line, traceId: response.headers.get('x-trace-id') };
    };

    beforeEach(() => void (telemetry = recordTelemetry()));
    afterEach(async () => {
      await app.close();
      await telemetry.stop();
    });

    it('tells route, status, duration, ids and what was added on the way, in one line and one record', async () => {
      await serve(true);
      const { line, traceId } = await ask('/orders/7?secret=1');
      expect(line).toMatchObject({
        level: 'info',
        message: expect.stringMatching(/^GET \/orders\/:id 200 \d+ms$/),
        traceId,
        spanId: expect.stringMatching(/^[0-9a-f]{16}$/),
        attributes: {
          'http.request.method': 'GET',
          'http.route': '/orders/:id',
          'url.path': '/orders/7',
          'http.response.status_code': 200,
          'nestjs.controller': 'OrdersController',
          tenant: 'acme',
          'order.id': '7',
          cached: false,
          'db.queries': 2,
          'order.total': 129.95,
        },
      });
      const { 'http.server.request.duration': seconds } = line?.attributes ?? {};
      expect(seconds).toBeGreaterThan(0);
      expect(seconds).toBeLessThan(5);
      expect(line?.line).not.toContain('secret');
      expect(line?.event).toBe('http.server.request');
      expect(kept.records.filter(({ eventName }) => eventName === 'http.server.request')).toHaveLength(1);
    });

    it('of a failed request is an error with what went wrong; that of a refused one is not', async () => {
      await serve(true);
      expect((await ask('/orders/broken')).line).toMatchObject({
        level: 'error',
        message: expect.stringMatching(/^GET \/orders\/broken 500 /),
        attributes: { 'error.type': 'RangeError', 'http.response.status_code': 500, tenant: 'acme' },
        error: { type: 'RangeError', message: 'out of stock' },
      });
      const { line } = await ask('/orders/refused');
      expect(line).toMatchObject({ level: 'info', attributes: { 'http.response.status_code': 400 } });
      expect(line).not.toHaveProperty('error');
      expect((await ask('/nowhere')).line).toMatchObject({
        level: 'info',
        message: expect.stringMatching(/^GET \/nowhere 404 /),
      });
    });

    it('is there for requests that are not sampled', async () => {
      await serve(true, 0);
      const { line, traceId } = await ask('/orders/7');
      expect(line).toMatchObject({ traceId, attributes: { tenant: 'acme', 'http.route': '/orders/:id' } });
    });

    it('has the fields that the interceptor of nestjs-otel collects', async () => {
      await serve(true);
      expect((await ask('/orders/intercepted')).line).toMatchObject({
        attributes: { by: 'interceptor', tenant: 'acme', 'http.route': '/orders/intercepted' },
      });
    });

    it('never mixes with that of another request', async () => {
      await serve(true);
      const ids = Array.from({ length: 50 }, (_, index) => String(index));
      await Promise.all(ids.map(async (id) => (await fetch(`${app.url}/orders/${id}`)).text()));
      const lines = (): RecordedLog[] => telemetry.logs.filter(({ context }) => context === 'Request');
      await vi.waitFor(() => expect(lines()).toHaveLength(50));
      for (const { attributes } of lines())
        expect(attributes['url.path']).toBe(`/orders/${String(attributes['order.id'])}`);
    });

    it('is left out where that was asked for, and everywhere by default', async () => {
      await serve({ ignore: ['/orders/health'] });
      expect((await ask('/orders/health')).line).toBeUndefined();
      expect((await ask('/orders/7')).line).toBeDefined();
      await app.close();
      await serve(false);
      await (await fetch(`${app.url}/orders/7`)).text();
      expect(telemetry.logs.filter(({ context }) => context === 'Request')).toEqual([]);
    });
  });
}
