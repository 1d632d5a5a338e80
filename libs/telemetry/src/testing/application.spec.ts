import { Controller, Get, Injectable, Logger, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { metrics, trace } from '@opentelemetry/api';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Span, TelemetryModule } from '../index.js';
import { recordTelemetry, spanTree, waitForSpans, type TelemetryRecorder } from './index.js';
import './vitest.js';

const orders = metrics.getMeter('shop').createCounter('orders.read');

@Injectable()
class OrdersService {
  private readonly logger = new Logger(OrdersService.name);

  @Span()
  find(): string {
    orders.add(1);
    this.logger.log('order read', { orderId: 17 });
    return 'order';
  }
}

@Controller()
class OrdersController {
  constructor(private readonly service: OrdersService) {}

  @Get('orders/:id')
  find(): string {
    return this.service.find();
  }
}

@Module({
  imports: [TelemetryModule.forRoot({ serviceName: 'shop' })],
  controllers: [OrdersController],
  providers: [OrdersService],
})
class AppModule {}

async function start() {
  const app = await NestFactory.create(AppModule);
  await app.listen(0, '127.0.0.1');
  return { app, url: await app.getUrl() };
}

describe('A recorder of an application with TelemetryModule', () => {
  let telemetry: TelemetryRecorder;
  let running: Awaited<ReturnType<typeof start>>;

  beforeAll(async () => {
    telemetry = recordTelemetry();
    running = await start();
  });
  afterEach(() => telemetry.clear());
  afterAll(async () => {
    await running.app.close();
    await telemetry.stop();
  });

  // Twice: clear() in between has to be enough.
  it.each([1, 2])('sees spans, metrics and logs of a request (%i)', async () => {
    await fetch(`${running.url}/orders/17`);
    await waitForSpans(telemetry, (spans) => spans.some((span) => span.parentSpanContext === undefined));
    expect(telemetry).toHaveSpan('GET /orders/:id', {
      kind: 'server',
      attributes: { 'http.route': '/orders/:id' },
    });
    expect(telemetry).toHaveSpan(/find$/, { parent: 'GET /orders/:id' });
    expect(telemetry.span(/find$/).resource.attributes['service.name']).toBe('shop');
    await expect(telemetry).toHaveMetric('orders.read', { value: 1 });
    await expect(telemetry).toHaveMetric('http.server.request.duration', {
      attributes: { 'http.route': '/orders/:id' },
      count: 1,
      unit: 's',
    });
    expect(telemetry).toHaveLogged('order read', {
      level: 'log',
      context: 'OrdersService',
      attributes: { orderId: 17 },
      traceId: telemetry.span(/find$/).spanContext().traceId,
    });
    expect(telemetry.openSpans).toEqual([]);
  });
});

describe('Applications one after the other', () => {
  it('are recorded each by its recorder, and leave nothing behind', async () => {
    const trees: unknown[] = [];
    for (let i = 0; i < 2; i += 1) {
      const telemetry = recordTelemetry();
      const { app, url } = await start();
      await fetch(`${url}/orders/17`);
      await waitForSpans(telemetry, /GET/);
      await expect(telemetry).toHaveMetric('orders.read', { value: 1 });
      trees.push(spanTree(telemetry));
      await app.close();
      await telemetry.stop();
    }
    expect(trees[0]).toEqual(trees[1]);
    expect(trace.getTracer('x').startSpan('x').isRecording()).toBe(false);
  });
});
