import 'reflect-metadata';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CommandBus } from '@nestjs/cqrs';
import { EventEmitter2 } from '@nestjs/event-emitter';
import type { ClientGrpc, ClientProxy } from '@nestjs/microservices';
import { WsAdapter } from '@nestjs/platform-ws';
import { MeterService, TelemetryLogger } from 'nest-telemetry';
import { lastValueFrom, type Observable } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { METRICS, type MetricRow } from '../../../libs/telemetry/src/metrics/catalog.js';
import {
  DATABASE,
  EverythingModule,
  grpcOf,
  Ring,
  ShopService,
  tcpOf,
} from '../../fixtures/everything.module.js';
import { connectWs } from '../websockets/chat.clients.js';
import { kindOf, PullReader, type Metric } from './pull.reader.js';
import { unusedPort } from '../../../tools/start/ports.js';

const HOST = '127.0.0.1';
/** Rows that take more than one process: test/e2e/cluster. */
const PROVOKED_ELSEWHERE: readonly string[] = [
  METRICS.metricsWorkersUnanswered.name,
  // Of exporters that send from memory.
  METRICS.sdkMetricsExported.name,
  METRICS.sdkMetricsInFlight.name,
  METRICS.sdkExportDuration.name,
];

const ROWS: readonly MetricRow[] = Object.values(METRICS);
/** What the SDK makes of each kind of instrument. */
const KINDS = {
  counter: 'sum',
  observableCounter: 'sum',
  upDownCounter: 'up-down sum',
  observableUpDownCounter: 'up-down sum',
  histogram: 'histogram',
  gauge: 'gauge',
  observableGauge: 'gauge',
} as const satisfies Record<MetricRow['instrument'], ReturnType<typeof kindOf>>;

/** Takes whatever is exported. */
async function startCollector(): Promise<Server> {
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.setHeader('content-type', 'application/x-protobuf').end());
  }).listen(0, HOST);
  await once(server, 'listening');
  return server;
}

describe('The catalogue of metrics', () => {
  const reader = new PullReader();
  const spool = mkdtempSync(join(tmpdir(), 'nest-telemetry-catalogue-'));
  let collector: Server;
  let app: INestApplication;
  let emitted: Metric[];
  let page: string;

  beforeAll(async () => {
    collector = await startCollector();
    vi.stubEnv('OTEL_METRIC_EXPORT_INTERVAL', '50');
    const places = { tcpPort: await unusedPort(), grpcUrl: `${HOST}:${await unusedPort()}` };
    const module = EverythingModule.with(places, {
      delivery: { mode: 'durable', directory: spool },
      endpoint: `http://${HOST}:${(collector.address() as AddressInfo).port}`,
      metrics: { readers: [reader], cardinalityLimit: 50, system: true },
      // Traces are held back, and some are too large for that.
      traces: { batch: { scheduledDelayMillis: 10 }, ratio: 0, keep: { limits: { maxSpansPerTrace: 2 } } },
      redaction: { explain: true },
    });
    const quiet = new TelemetryLogger({ writer: { write: () => undefined } });
    app = await NestFactory.create(module, { logger: quiet });
    app.useWebSocketAdapter(new WsAdapter(app));
    app.connectMicroservice(tcpOf(places), { inheritAppConfig: false });
    app.connectMicroservice(grpcOf(places), { inheritAppConfig: false });
    await app.startAllMicroservices();
    await app.listen(0, HOST);
    await provoke();
    // What is observed in windows, and what tells of the collection before, is there the second time.
    await reader.metrics();
    await sleep(50);
    emitted = await reader.metrics('nest-telemetry');
    page = await (await fetch(`${await app.getUrl()}/metrics`)).text();
  });
  afterAll(async () => {
    await app?.close();
    collector?.close();
    vi.unstubAllEnvs();
    rmSync(spool, { recursive: true, force: true });
  });

  async function provoke(): Promise<void> {
    const url = await app.getUrl();
    await (await fetch(`${url}/shop`, { headers: { traceparent: 'nonsense' } })).text();
    const json = { 'content-type': 'application/json' };
    await (await fetch(`${url}/shop`, { method: 'POST', body: '{"name":"milk"}', headers: json })).text();
    await (
      await fetch(`${url}/graphql`, { method: 'POST', body: '{"query":"{ bread }"}', headers: json })
    ).text();
    await (await fetch(`${url}/metrics`)).text();
    await app.get<{ query(sql: string): Promise<unknown> }>(DATABASE).query('SELECT 1');
    expect(await lastValueFrom(app.get<ClientProxy>('TCP').send('sum', {}))).toBe(2);
    await lastValueFrom(app.get<ClientProxy>('TCP').emit('sold', {}), { defaultValue: undefined });
    const grpc = app.get<ClientGrpc>('GRPC').getService<{ find(query: object): Observable<object> }>('Shop');
    await lastValueFrom(grpc.find({ id: '1' }));
    const client = await connectWs(url.replace('http://', ''));
    client.send('ask');
    app.get(EventEmitter2).emit('shop.opened');
    await app.get(CommandBus).execute(new Ring());
    app.get(ShopService).measured();
    const meter = app.get(MeterService);
    const counter = meter.counter('shop.visitors');
    counter.add(Number.NaN);
    for (let visitor = 0; visitor < 100; visitor++) counter.add(1, { visitor });
    counter.add(1, { visitor: 'ada@example.com' });
    counter.add(1, { visitor: 'x'.repeat(40_000) });
    meter.observableGauge('shop.stuck', { callback: () => new Promise(() => undefined) });
    setFlagsFromString('--expose-gc');
    (runInNewContext('gc') as () => void)();
    await sleep(100);
    await client.close();
  }

  it('has a row for everything that is emitted', () => {
    const known = new Set(ROWS.map(({ name }) => name));
    expect(emitted.map(({ descriptor }) => descriptor.name).filter((name) => !known.has(name))).toEqual([]);
  });

  it('has no row that nothing emits', () => {
    const seen = new Set(emitted.map(({ descriptor }) => descriptor.name));
    const missing = ROWS.map(({ name }) => name).filter((name) => !seen.has(name));
    expect(missing.toSorted()).toEqual(PROVOKED_ELSEWHERE.toSorted());
  });

  it('says what each of them is, and which attributes it has', () => {
    for (const metric of emitted) {
      const { descriptor, dataPoints } = metric;
      const row = ROWS.find(({ name }) => name === descriptor.name);
      expect(descriptor).toMatchObject({ unit: row?.unit, description: row?.description });
      expect(kindOf(metric), descriptor.name).toBe(row && KINDS[row.instrument]);
      const names = new Set(dataPoints.flatMap(({ attributes }) => Object.keys(attributes)));
      const allowed = new Set([...(row?.attributes ?? []), 'otel.metric.overflow']);
      expect(
        [...names].filter((name) => !allowed.has(name)),
        descriptor.name,
      ).toEqual([]);
    }
  });

  it('is what the metrics page shows', () => {
    const families = [...page.matchAll(/^# TYPE (\S+)/gm)].map(([, family = '']) => family);
    for (const { descriptor } of emitted) {
      const name = descriptor.name.replaceAll('.', '_');
      expect(
        families.some((family) => family.startsWith(name)),
        descriptor.name,
      ).toBe(true);
    }
    const prefixes = [...ROWS.map(({ name }) => name), 'target_info', 'shop.'];
    const known = prefixes.map((name) => name.replaceAll('.', '_'));
    expect(families.filter((family) => !known.some((name) => family.startsWith(name)))).toEqual([]);
  });
});
