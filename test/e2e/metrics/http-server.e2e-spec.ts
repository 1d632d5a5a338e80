import 'reflect-metadata';
import { once } from 'node:events';
import { connect } from 'node:net';
import {
  Body,
  Controller,
  Get,
  Module,
  Param,
  Post,
  Sse,
  StreamableFile,
  VersioningType,
  type INestApplication,
  type MessageEvent,
} from '@nestjs/common';
import { NestFactory, type AbstractHttpAdapter } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { metrics, type ObservableResult } from '@opentelemetry/api';
import { MeterService, TelemetryModule } from 'nest-telemetry';
import { concat, NEVER, of, type Observable } from 'rxjs';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LIBRARY_NAME, LIBRARY_VERSION } from '../../../libs/telemetry/src/library.js';
import { METRICS } from '../../../libs/telemetry/src/metrics/catalog.js';
import { PullReader } from './pull.reader.js';

const HOST = '127.0.0.1';

@Controller({ path: 'orders', version: '1' })
class OrdersController {
  @Sse('events')
  events(): Observable<MessageEvent> {
    return concat(of({ data: 'begun' }), NEVER);
  }

  @Get('export')
  export(): StreamableFile {
    return new StreamableFile(Readable.from(['a', 'b']));
  }

  @Get(':id')
  find(@Param('id') id: string): { id: string } {
    return { id };
  }

  @Post()
  place(@Body() body: object): object {
    return body;
  }
}

describe.each([
  ['Express', () => new ExpressAdapter() as AbstractHttpAdapter],
  ['Fastify', () => new FastifyAdapter() as AbstractHttpAdapter],
])('The metrics of an HTTP server on %s', (_platform, createAdapter) => {
  let reader: PullReader;
  let app: INestApplication;
  let url: string;

  beforeEach(async () => {
    reader = new PullReader();
    @Module({
      imports: [TelemetryModule.forRoot({ metrics: { readers: [reader], cardinalityLimit: 20 } })],
      controllers: [OrdersController],
    })
    class ShopModule {}
    app = await NestFactory.create(ShopModule, createAdapter(), { logger: false });
    app.enableVersioning({ type: VersioningType.URI });
    app.setGlobalPrefix('api');
    await app.listen(0, HOST);
    url = await app.getUrl();
  });
  afterEach(() => app.close());

  const active = async () =>
    (await reader.points('http.server.active_requests')).map(({ attributes, value }) => ({
      ...attributes,
      value,
    }));
  const sizes = async (what: 'request' | 'response', attributes = {}) =>
    (await reader.points(`http.server.${what}.body.size`, attributes)).map(({ value }) => {
      const { count, sum } = value as { count: number; sum: number };
      return { count, sum };
    });

  it('count the requests that are being served', async () => {
    const GET = { 'http.request.method': 'GET', 'url.scheme': 'http' };
    const leaving = new AbortController();
    await Promise.all([
      fetch(`${url}/api/v1/orders/events`, { signal: leaving.signal }),
      fetch(`${url}/api/v1/orders/events`, { signal: leaving.signal }),
    ]);
    expect(await active()).toEqual([{ ...GET, value: 2 }]);
    leaving.abort();
    await vi.waitFor(async () => expect(await active()).toEqual([{ ...GET, value: 0 }]));
  });

  it('count a request down whose client is gone before it is answered', async () => {
    const socket = connect(Number(new URL(url).port), HOST);
    await once(socket, 'connect');
    socket.write(
      'POST /api/v1/orders HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 10\r\n\r\nhalf',
    );
    await vi.waitFor(async () => expect(await active()).toMatchObject([{ value: 1 }]));
    socket.destroy();
    await vi.waitFor(async () => expect(await active()).toMatchObject([{ value: 0 }]));
  });

  it('tell the sizes of bodies, in bytes and by route', async () => {
    const body = JSON.stringify({ name: 'Käse' });
    await fetch(`${url}/api/v1/orders`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json' },
    });
    await fetch(`${url}/api/v1/orders/12345`);
    await fetch(`${url}/api/v1/orders/12345`, { method: 'HEAD' });
    const placed = { 'http.route': '/api/v1/orders', 'http.response.status_code': 201 };
    const found = { 'http.route': '/api/v1/orders/:id', 'http.request.method': 'GET' };
    await vi.waitFor(async () => {
      const size = Buffer.byteLength(body);
      expect(await sizes('request', placed)).toEqual([{ count: 1, sum: size }]);
      expect(await sizes('response', placed)).toEqual([{ count: 1, sum: size }]);
      expect(await sizes('response', found)).toEqual([{ count: 1, sum: '{"id":"12345"}'.length }]);
    });
    expect(await sizes('request'), 'a request without a body has no size').toHaveLength(1);
    expect(await sizes('response'), 'nor has the answer to HEAD').toHaveLength(2);
  });

  it('leave out bodies whose length nobody declares', async () => {
    await (await fetch(`${url}/api/v1/orders/export`)).text();
    await vi.waitFor(async () => expect(await reader.points('http.server.request.duration')).toHaveLength(1));
    expect(await sizes('response')).toEqual([]);
  });

  it('have room for a declared route, whatever was made up before', async () => {
    // Into the very series of the package, not into another metric by the same name.
    const { name, unit, description, boundaries } = METRICS.httpServerRequestDuration;
    const advice = { explicitBucketBoundaries: [...boundaries] };
    const meter = metrics.getMeter(LIBRARY_NAME, LIBRARY_VERSION);
    const durations = meter.createHistogram(name, { unit, description, advice });
    for (let junk = 0; junk < 100; junk++) durations.record(1, { 'http.route': `/made-up/${junk}` });
    await fetch(`${url}/api/v1/orders/1`);
    const route = { 'http.route': '/api/v1/orders/:id', 'http.response.status_code': 200 };
    await vi.waitFor(async () => {
      const [point] = await reader.points('http.server.request.duration', route);
      expect((point?.value as { count: number } | undefined)?.count).toBe(1);
    });
  });
});

it('Callbacks of MeterService are asked for as long as their application runs, and no longer', async () => {
  for (const start of [1, 2]) {
    /* oxlint-disable no-await-in-loop -- one application after the other is what is tested */
    const reader = new PullReader();
    @Module({ imports: [TelemetryModule.forRoot({ metrics: { readers: [reader] } })] })
    class ShopModule {}
    const app = await NestFactory.create(ShopModule, { logger: false });
    await app.init();
    const callback = (result: ObservableResult): void => result.observe(1, { start });
    app.get(MeterService).observableGauge('shop.open', { callback });
    expect((await reader.points('shop.open')).map(({ attributes }) => attributes)).toEqual([{ start }]);
    await app.close();
    /* oxlint-enable no-await-in-loop */
  }
});
