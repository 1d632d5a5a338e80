import 'reflect-metadata';
import { Controller, Get, Module, type INestApplication } from '@nestjs/common';
import { NestFactory, type AbstractHttpAdapter } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { Attributes } from '@opentelemetry/api';
import { MeterService, TelemetryModule } from 'nest-telemetry';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hasOpenMetricsParser, parseOpenMetrics } from './openmetrics-parser.js';
import { hasPromtool, promtoolProblems } from './promtool.js';

const REQUIRED = process.env['REQUIRE_SERVICES'] === '1';
const OPEN = 'application/openmetrics-text;version=1.0.0';

@Controller('orders')
class OrdersController {
  constructor(private readonly meters: MeterService) {}

  @Get(':id')
  find(): string {
    this.meters.counter('orders.found').add(1);
    return 'found';
  }
}

/** An exponential histogram, as `AggregationType` of the SDK numbers it. */
const EXPONENTIAL = 5;

@Module({
  imports: [
    TelemetryModule.forRoot({
      metrics: { views: [{ instrumentName: 'exponential', aggregation: { type: EXPONENTIAL } }] },
    }),
  ],
  controllers: [OrdersController],
})
class ShopModule {}

/** What takes a whole target down where a page is written without care. */
function measureBadly(meter: MeterService): void {
  const attributes: unknown[] = [
    { 'a.b': 'x', a_b: 'y' },
    { le: '1', quantile: '0.5' },
    { otel_scope_name: 'mine', __name__: 'mine', job: 'mine', instance: 'mine' },
    { '2xx': 'x', '': 'y', 名: 'z' },
    { text: 'a "quoted"\nline\\ with \u0000 and \ud800', long: 'x'.repeat(10_000) },
    { number: Number.NaN, list: ['a', 'b'], flag: false, nothing: null, big: 10n },
  ];
  const counter = meter.counter('bad.counter', { unit: 'By', description: 'A "description"\nwith \\ lines' });
  const histogram = meter.histogram('bad.histogram', { unit: 's', boundaries: [0.0001, 1, 10, 1_000_000] });
  const gauge = meter.gauge('bad.gauge', { unit: '1' });
  for (const each of attributes as Attributes[]) {
    counter.add(1, each);
    histogram.record(0.5, each);
    gauge.record(-1.5, each);
  }
  for (const value of [Number.NaN, Infinity, -1, 1n, null]) {
    counter.add(value as number);
    histogram.record(value as number);
    gauge.record(value as number);
  }
  // One name, several kinds; and names that only differ where a page cannot show it.
  meter.counter('clash').add(1);
  meter.gauge('clash').record(1);
  meter.histogram('clash').record(1);
  meter.counter('clash.name').add(1);
  meter.counter('clash_name').add(1);
  meter.gauge('bad.histogram.count').record(1);
  meter.gauge('target').record(1);
  for (const value of [0, 1e-9, 0.5, 3, 1e9]) meter.histogram('exponential').record(value);
  meter.counter('9 lives!').add(9);
  meter.observableGauge('throws', {
    callback: () => {
      throw new Error('no sensor');
    },
  });
}

describe.each([
  ['Express', () => new ExpressAdapter() as AbstractHttpAdapter],
  ['Fastify', () => new FastifyAdapter() as AbstractHttpAdapter],
])('The metrics page on %s', (_platform, createAdapter) => {
  let traceId: string | null;
  let app: INestApplication;
  const scrape = async (headers: Record<string, string> = {}) =>
    fetch(`${await app.getUrl()}/metrics`, { headers });

  beforeEach(async () => {
    app = await NestFactory.create(ShopModule, createAdapter(), { logger: false });
    await app.listen(0, '127.0.0.1');
    traceId = (await fetch(`${await app.getUrl()}/orders/5`)).headers.get('x-trace-id');
    measureBadly(app.get(MeterService));
  });
  afterEach(() => app.close());

  it.skipIf(!hasPromtool && !REQUIRED)(
    'is valid text for Prometheus, whatever was measured (needs promtool)',
    async () => {
      expect(hasPromtool, 'promtool must be installed when REQUIRE_SERVICES=1').toBe(true);
      const page = await (await scrape()).text();
      // What it has to say about style is about the names chosen above; what cannot be read it calls an error.
      expect(promtoolProblems(page)).not.toMatch(/error|invalid|duplicate/i);
      expect(page).toContain('bad_counter_bytes_total{a_b="x;y"} 1\n');
    },
  );

  it.skipIf(!hasOpenMetricsParser && !REQUIRED)(
    'is valid OpenMetrics for an independent parser, whatever was measured (needs python3-prometheus-client)',
    async () => {
      expect(
        hasOpenMetricsParser,
        'python3-prometheus-client must be installed when REQUIRE_SERVICES=1',
      ).toBe(true);
      const response = await scrape({ accept: OPEN });
      expect(response.headers.get('content-type')).toBe(
        'application/openmetrics-text; version=1.0.0; charset=utf-8',
      );
      const families = parseOpenMetrics(await response.text());
      const family = (name: string) => families.find((each) => each.name === name);
      expect(family('http_server_request_duration_seconds')).toMatchObject({
        type: 'histogram',
        unit: 'seconds',
      });
      expect(family('bad_counter_bytes')).toMatchObject({ type: 'counter', unit: 'bytes' });
      expect(family('bad_counter_bytes')?.samples).toHaveLength(6);
      expect(family('clash')?.type).toBe('counter');
      expect(family('clash_gauge')?.type).toBe('gauge');
      expect(family('clash_histogram')?.type).toBe('histogram');
      expect(family('exponential')?.type).toBe('histogram');
      const exemplars = family('http_server_request_duration_seconds')?.samples.flatMap(
        ({ exemplar }) => exemplar ?? [],
      );
      expect(exemplars?.map(({ labels }) => labels['trace_id'])).toEqual([traceId]);
      expect(family('orders_found')?.samples).toMatchObject([
        { name: 'orders_found_total', exemplar: { labels: { trace_id: traceId }, value: 1 } },
      ]);
    },
  );

  it('says which service in which version this is, and on which Node it runs', async () => {
    const info = /^target_info\{(.*)\} 1$/m.exec(await (await scrape()).text())?.[1];
    expect(info).toMatch(/service_name="[^"]+"/);
    expect(info).toMatch(/service_version="[^"]+"/);
    expect(info).toContain('process_runtime_name="nodejs"');
    expect(info).toContain(`process_runtime_version="${process.versions.node}"`);
  });

  it('is compressed for scrapers that accept that, and the same', async () => {
    const url = await app.getUrl();
    const { get } = await import('node:http');
    const headersFor = (encoding: string) =>
      new Promise<Record<string, unknown>>((resolve, reject) => {
        get(`${url}/metrics`, { headers: { 'accept-encoding': encoding } }, (response) => {
          response.resume();
          resolve(response.headers);
        }).on('error', reject);
      });
    expect(await headersFor('gzip')).toMatchObject({ 'content-encoding': 'gzip' });
    expect(await headersFor('identity')).not.toHaveProperty('content-encoding');
    expect(await (await scrape({ 'accept-encoding': 'gzip' })).text()).toContain('clash_total 1\n');
  });
});
