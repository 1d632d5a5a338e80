import 'reflect-metadata';
import { Controller, Get, Injectable, Module } from '@nestjs/common';
import { NestFactory, type AbstractHttpAdapter } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { Counter, Histogram, Observable } from '@opentelemetry/api';
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import {
  MetricService,
  OpenTelemetryModule,
  OtelCounter,
  OtelHistogram,
  OtelInstanceCounter,
  OtelMethodCounter,
  OtelObservableGauge,
} from 'nestjs-otel';
import { describe, expect, it } from 'vitest';
import { meterProvider } from '../../../libs/telemetry/src/metrics/global.meter-provider.js';

const HOST = '127.0.0.1';

@Injectable()
@OtelInstanceCounter()
class StockService {
  private readonly read;

  constructor(metrics: MetricService) {
    this.read = metrics.getUpDownCounter('stock.read');
  }

  @OtelMethodCounter()
  count(): number {
    this.read.add(1);
    return 7;
  }
}

@Controller('stock')
class StockController {
  constructor(private readonly stock: StockService) {}

  @Get()
  get(
    @OtelCounter('stock.requests') requests: Counter,
    @OtelHistogram('stock.size') size: Histogram,
    @OtelObservableGauge('stock.level') level: Observable,
  ): string {
    const count = this.stock.count();
    requests.add(1);
    size.record(count);
    level.addCallback(reportLevel);
    return String(count);
  }
}

const reportLevel = (result: { observe(value: number): void }) => result.observe(42);

@Module({
  imports: [OpenTelemetryModule.forRoot()],
  controllers: [StockController],
  providers: [StockService],
})
class StockModule {}

describe.each([
  ['Express', () => new ExpressAdapter() as AbstractHttpAdapter],
  ['Fastify', () => new FastifyAdapter() as AbstractHttpAdapter],
])("nestjs-otel's MetricService and decorators on %s", (_platform, createAdapter) => {
  it('record what happens after the start, though first touched before it, and again after a restart', async () => {
    const app = await NestFactory.create(StockModule, createAdapter(), { logger: false });
    await app.listen(0, HOST);
    const url = `${await app.getUrl()}/stock`;
    await fetch(url);

    for (const requests of [1, 3]) {
      const exporter = new PrometheusExporter({ preventServerStart: true });
      const provider = new MeterProvider({ readers: [exporter] });
      meterProvider.setDelegate(provider);
      /* oxlint-disable no-await-in-loop -- one SDK after the other is what is tested */
      await Promise.all(Array.from({ length: requests }, () => fetch(url)));
      const { resourceMetrics } = await exporter.collect();
      const page = new PrometheusSerializer().serialize(resourceMetrics);
      const scope = '{otel_scope_name="nestjs-otel"}';
      expect(page).toContain(`\nstock_requests_total${scope} ${requests}\n`);
      expect(page).toContain(`\nstock_size_sum${scope} ${7 * requests}\n`);
      expect(page).toContain(`\nstock_read${scope} ${requests}\n`);
      expect(page).toContain(`\nstock_level${scope} 42\n`);
      expect(page).toContain(`\napp_StockService_count_calls_total${scope} ${requests}\n`);
      meterProvider.setDelegate(undefined);
      await provider.shutdown();
      /* oxlint-enable no-await-in-loop */
    }
    await app.close();
  });
});
