import { Controller, Get, Injectable, Module, UseInterceptors } from '@nestjs/common';
import type { Counter, Meter, Tracer } from '@opentelemetry/api';
import {
  MetricService,
  OtelCounter,
  OtelMethodCounter,
  TraceService,
  WideEventInterceptor,
  WideEventService,
} from 'nestjs-otel';
import {
  InjectMeter,
  InjectTracer,
  MeterService,
  TelemetryLogger,
  TelemetryModule,
  TracerService,
} from 'nest-telemetry';
import { recordTelemetry, waitForSpans, type TelemetryRecorder } from 'nest-telemetry/testing';
import 'nest-telemetry/testing/vitest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ADAPTERS, shopOf, start } from './shop.js';

@Injectable()
class OrderService {
  constructor(
    private readonly tracers: TracerService,
    private readonly meters: MeterService,
    private readonly logger: TelemetryLogger,
    private readonly stockTracers: TraceService,
    private readonly stockMetrics: MetricService,
    private readonly wideEvent: WideEventService,
    @InjectTracer() private readonly tracer: Tracer,
    @InjectMeter() private readonly meter: Meter,
  ) {}

  @OtelMethodCounter()
  place(): string {
    this.tracers.span('by-service', () => this.logger.log('placing', 'Orders'));
    this.tracer.startSpan('by-tracer').end();
    this.stockTracers.startSpan('by-nestjs-otel').end();
    this.meters.counter('orders.placed').add(1);
    this.meter.createCounter('orders.by-meter').add(1);
    this.stockMetrics.getCounter('orders.by-nestjs-otel').add(1);
    this.wideEvent.set('order.lines', 3);
    return 'placed';
  }
}

@Controller('orders')
@UseInterceptors(WideEventInterceptor)
class OrderController {
  constructor(private readonly orders: OrderService) {}

  @Get(':id')
  place(@OtelCounter('orders.by-parameter') counter: Counter): string {
    counter.add(1);
    return this.orders.place();
  }
}

@Module({ controllers: [OrderController], providers: [OrderService] })
class OrderModule {}

describe.each(ADAPTERS)('What the module provides, on %s', (_name, adapter) => {
  let telemetry: TelemetryRecorder;
  beforeEach(() => {
    telemetry = recordTelemetry();
  });
  afterEach(() => telemetry.stop());

  it('works in a request: services, decorators, and those of nestjs-otel', async () => {
    await using app = await start(shopOf(TelemetryModule.forRoot(), OrderModule), adapter());
    expect(await (await fetch(`${app.url}/orders/1`)).text()).toBe('placed');
    await waitForSpans(telemetry, 'GET /orders/:id');

    for (const name of ['by-service', 'by-tracer', 'by-nestjs-otel'])
      expect(telemetry).toHaveSpan(name, { parent: 'GET /orders/:id', count: 1 });
    for (const name of ['orders.placed', 'orders.by-meter', 'orders.by-nestjs-otel', 'orders.by-parameter'])
      await expect(telemetry).toHaveMetric(name, { value: 1 });
    await expect(telemetry).toHaveMetric('app.OrderService.place.calls.total', { value: 1 });
    const { traceId } = telemetry.span('by-service').spanContext();
    expect(telemetry).toHaveLogged('placing', { context: 'Orders', traceId });
  });

  it("puts what nestjs-otel's wide events collect on the server span", async () => {
    await using app = await start(shopOf(TelemetryModule.forRoot(), OrderModule), adapter());
    await fetch(`${app.url}/orders/1`);
    await waitForSpans(telemetry, 'GET /orders/:id');
    expect(telemetry).toHaveSpan('GET /orders/:id', { kind: 'server', attributes: { 'order.lines': 3 } });
  });
});
