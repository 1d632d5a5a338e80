import 'reflect-metadata';
import { Controller, Get, Module, type INestApplication } from '@nestjs/common';
import { NestFactory, type AbstractHttpAdapter } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { MeterService, TelemetryModule } from 'nest-telemetry';
import { describe, expect, it } from 'vitest';
import { unusedPort } from '../../../tools/start/ports.js';

const HOST = '127.0.0.1';

@Controller('orders')
class OrdersController {
  private readonly listed;

  constructor(meters: MeterService) {
    this.listed = meters.counter('orders.listed');
  }

  @Get(':id')
  find(): string[] {
    this.listed.add(1);
    return [];
  }
}

describe.each<[string, () => AbstractHttpAdapter]>([
  ['Express', () => new ExpressAdapter()],
  ['Fastify', () => new FastifyAdapter()],
])('The official PrometheusExporter as a reader on %s', (_name, adapter) => {
  it('serves on its own port what our page serves, until the application is closed', async () => {
    const port = await unusedPort();
    const exporter = new PrometheusExporter({ host: HOST, port });
    @Module({
      imports: [TelemetryModule.forRoot({ metrics: { readers: [exporter] } })],
      controllers: [OrdersController],
    })
    class ShopModule {}
    const app: INestApplication = await NestFactory.create(ShopModule, adapter(), { logger: false });
    await app.listen(0, HOST);
    const url = await app.getUrl();
    for (const id of [1, 2]) await (await fetch(`${url}/orders/${id}`)).text();

    const officialUrl = `http://${HOST}:${port}/metrics`;
    const official = await fetch(officialUrl);
    expect(official.status).toBe(200);
    const page = await official.text();
    expect(page).toMatch(/^orders_listed_total\{.*otel_scope_name="application".*\} 2$/m);
    expect(page).toMatch(/^http_server_request_duration_count\{.*http_route="\/orders\/:id".*\} 2$/m);
    expect(page).toMatch(
      /^http_server_request_duration_bucket\{.*http_route="\/orders\/:id".*le="\+Inf".*\} 2$/m,
    );

    const ours = await (await fetch(`${url}/metrics`)).text();
    expect(ours).toMatch(/^orders_listed_total 2$/m);
    expect(ours).toMatch(/^http_server_request_duration_seconds_count\{.*http_route="\/orders\/:id".*\} 2$/m);

    await app.close();
    await expect(fetch(officialUrl)).rejects.toThrow('fetch failed');
  });
});
