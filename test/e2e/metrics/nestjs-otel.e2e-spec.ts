import 'reflect-metadata';
import { Controller, Get, Injectable, Module } from '@nestjs/common';
import { NestFactory, type AbstractHttpAdapter } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { Counter, Histogram, Observable } from '@opentelemetry/api';
import { TelemetryModule } from 'nest-telemetry';
import {
  MetricService,
  OtelCounter,
  OtelHistogram,
  OtelInstanceCounter,
  OtelMethodCounter,
  OtelObservableGauge,
} from 'nestjs-otel';
import { describe, expect, it } from 'vitest';

const HOST = '127.0.0.1';

/** Touched before any SDK runs, and kept by nestjs-otel in a module-level map. */
const early = new MetricService().getCounter('stock.early');

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
  imports: [TelemetryModule.forRoot()],
  controllers: [StockController],
  providers: [StockService],
})
class StockModule {}

describe.each([
  ['Express', () => new ExpressAdapter() as AbstractHttpAdapter],
  ['Fastify', () => new FastifyAdapter() as AbstractHttpAdapter],
])("nestjs-otel's MetricService and decorators on %s", (_platform, createAdapter) => {
  it('record, though first touched before the start, and again after a restart', async () => {
    for (const requests of [1, 3]) {
      /* oxlint-disable no-await-in-loop -- one application after the other is what is tested */
      const app = await NestFactory.create(StockModule, createAdapter(), { logger: false });
      await app.listen(0, HOST);
      const url = await app.getUrl();
      early.add(requests);
      await Promise.all(Array.from({ length: requests }, () => fetch(`${url}/stock`)));
      const page = await (await fetch(`${url}/metrics`)).text();
      expect(page).toContain(`\nstock_early_total ${requests}\n`);
      expect(page).toContain(`\nstock_requests_total ${requests}\n`);
      expect(page).toContain(`\nstock_size_sum ${7 * requests}\n`);
      expect(page).toContain(`\nstock_read ${requests}\n`);
      expect(page).toContain(`\nstock_level 42\n`);
      expect(page).toContain(`\napp_StockService_count_calls_total ${requests}\n`);
      await app.close();
      /* oxlint-enable no-await-in-loop */
    }
  });
});
