import type { INestApplication } from '@nestjs/common';
import { NestFactory, type AbstractHttpAdapter } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { context } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { PropagationOptions, TracesOptions } from 'nest-telemetry';
import { recordTelemetry, waitForSpan, type TelemetryRecorder } from 'nest-telemetry/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { resolveEverythingLocally } from '../propagation/peer.js';
import { OrdersModule } from './orders.module.js';

const TRACE_ID = '12345678901234567890123456789012';
const OTHER_TRACE_ID = '22345678901234567890123456789012';
const parentOf = (id: string) => ({ traceparent: `00-${id}-1234567890123456-00` });
const NOTHING_ELSE: TracesOptions = { ratio: 0, keep: { firstSeenRoutes: false }, lifecycle: false };

const adapters: readonly (readonly [name: string, create: () => AbstractHttpAdapter])[] = [
  ['Express', () => new ExpressAdapter()],
  ['Fastify', () => new FastifyAdapter()],
];

describe.each(adapters)('Sampling on %s', (_name, createAdapter) => {
  let telemetry: TelemetryRecorder;
  let app: INestApplication | undefined;
  let origin: string;

  const start = async (traces: TracesOptions, propagation?: PropagationOptions): Promise<void> => {
    app = await NestFactory.create(OrdersModule.with(traces, propagation), createAdapter(), {
      logger: false,
    });
    await app.listen(0, '127.0.0.1');
    origin = `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}`;
  };
  const get = async (path: string, headers: Record<string, string> = {}): Promise<Headers> => {
    // The service is observed, and not who calls it.
    return await context.with(suppressTracing(context.active()), async () => {
      const response = await fetch(`${origin}${path}`, { headers });
      await response.text();
      return response.headers;
    });
  };
  /** Server spans that arrived. */
  const served = (): string[] => telemetry.spanNames.filter((name) => name.startsWith('GET /'));
  /** Until nothing is under way any more: what is dropped can only be seen by what comes after it. */
  const settled = async (): Promise<void> => {
    await get('/orders/failing');
    await waitForSpan(telemetry, { name: 'GET /orders/failing' });
  };

  beforeEach(() => {
    telemetry = recordTelemetry();
  });
  afterEach(async () => {
    await app?.close();
    app = undefined;
    await telemetry.stop();
  });

  it('keeps errors, with everything in their traces, and how much they count', async () => {
    await start(NOTHING_ELSE);
    await get('/orders/fine');
    await get('/orders/unknown');
    await get('/orders/hidden');
    await settled();
    expect(served()).toEqual(['GET /orders/hidden', 'GET /orders/failing']);
    const root = telemetry.span('GET /orders/failing');
    expect(root.attributes).toMatchObject({ 'sampling.weight': 1, 'sampling.reason': 'error' });
    const { traceId } = root.spanContext();
    const inside = telemetry.spans.find(
      (span) => span.name === 'read' && span.spanContext().traceId === traceId,
    );
    expect(inside?.attributes).toMatchObject({ 'sampling.weight': 1 });
  });

  it('measures every request, whatever becomes of its trace', async () => {
    await start(NOTHING_ELSE);
    await get('/orders/fine');
    await get('/orders/fine');
    await settled();
    const points = await telemetry.points('http.server.request.duration', { 'http.route': '/orders/fine' });
    expect(points.map(({ count }) => count)).toEqual([2]);
    expect(served()).toEqual(['GET /orders/failing']);
  });

  it('keeps the first trace of each route, and those a rule about routes names', async () => {
    await start({ ratio: 0, lifecycle: false, keep: { rules: [{ route: '/orders/f*', sample: 'keep' }] } });
    for (const path of ['/orders/fine', '/orders/fine', '/orders/unknown', '/orders/unknown'])
      await get(path);
    await settled();
    expect(served().toSorted()).toEqual([
      'GET /orders/failing',
      'GET /orders/fine',
      'GET /orders/fine',
      'GET /orders/unknown',
    ]);
  });

  it('follows rules about what is known at the start', async () => {
    await start({
      ratio: 0,
      lifecycle: false,
      rules: [
        { path: '/orders/unknown', sample: 'drop' },
        { method: 'GET', attributes: { 'user_agent.original': /^probe/ }, sample: 'drop' },
        { path: '/orders/*', host: '127.0.0.1', kind: 'server', sample: 'keep' },
      ],
    });
    await get('/orders/unknown');
    await get('/orders/fine', { 'user-agent': 'probe/1' });
    await get('/orders/hidden');
    await settled();
    expect(served()).toEqual(['GET /orders/hidden', 'GET /orders/failing']);
  });

  describe('by a header', () => {
    const secret = 'known to the team only';
    const force = { header: 'X-Force-Trace', secret };

    it('records the request of somebody who knows the secret, and nobody else', async () => {
      await start({ ratio: 0, lifecycle: false, force });
      await get('/orders/fine');
      await get('/orders/unknown', { 'x-force-trace': `${secret}!` });
      await get('/orders/hidden', { 'x-force-trace': secret, ...parentOf(TRACE_ID) });
      await waitForSpan(telemetry, { name: 'GET /orders/hidden' });
      expect(served()).toEqual(['GET /orders/hidden']);
      const span = telemetry.span('GET /orders/hidden');
      expect(span.spanContext().traceId).toBe(TRACE_ID);
      expect(span.attributes).toMatchObject({ 'sampling.reason': 'forced' });
    });

    it('does so where the traces of strangers are not continued', async () => {
      await start({ ratio: 0, lifecycle: false, force }, { inbound: 'restart' });
      await get('/orders/fine', { 'x-force-trace': secret, ...parentOf(TRACE_ID) });
      await waitForSpan(telemetry, { name: 'GET /orders/fine' });
      expect(telemetry.span('GET /orders/fine').spanContext().traceId).not.toBe(TRACE_ID);
    });
  });

  describe('between services', () => {
    it('tells a caller that asks whether it keeps the trace', async () => {
      await start(NOTHING_ELSE);
      const ask = { 'trace-keep': '?', ...parentOf(TRACE_ID) };
      expect((await get('/orders/failing', ask)).get('trace-kept')).toMatch(/^kept;[0-9a-f]{16}$/);
      expect(
        (await get('/orders/hidden', { ...ask, ...parentOf(OTHER_TRACE_ID) })).get('trace-kept'),
      ).toMatch(/^kept;/);
      const fresh = { ...ask, ...parentOf(OTHER_TRACE_ID.replace('2', '4')) };
      expect((await get('/orders/fine', fresh)).get('trace-kept')).toMatch(/^open;/);
      expect((await get('/orders/fine')).has('trace-kept')).toBe(false);
    });

    it('tells strangers nothing, and does not listen to them', async () => {
      await start(NOTHING_ELSE, { inbound: 'restart' });
      const headers = await get('/orders/failing', { 'trace-keep': '?', ...parentOf(TRACE_ID) });
      expect(headers.has('trace-kept')).toBe(false);
    });

    it('keeps what the caller turns out to need after it was answered', async () => {
      await start(NOTHING_ELSE);
      await get('/orders/fine', { 'trace-keep': '?', ...parentOf(TRACE_ID) });
      expect(served()).toEqual([]);
      await get('/orders/unknown', { 'trace-keep': TRACE_ID });
      await waitForSpan(telemetry, { name: 'GET /orders/fine' });
      expect(telemetry.span('GET /orders/fine').attributes).toMatchObject({ 'sampling.reason': 'caller' });
      expect(telemetry.spanNames).toContain('read');
    });

    describe('that it calls', () => {
      let resolveAsUsual: () => void;
      let heard: IncomingHttpHeaders[] = [];
      let answer = '';
      const peer = createServer((request, response) => {
        heard.push(request.headers);
        if (answer !== '') response.setHeader('trace-kept', answer);
        response.setHeader('connection', 'close').end('ok');
      });
      beforeAll(async () => {
        resolveAsUsual = resolveEverythingLocally();
        peer.listen(0, '127.0.0.1');
        await once(peer, 'listening');
      });
      afterAll(async () => {
        resolveAsUsual();
        peer.close();
        await once(peer, 'close');
      });
      beforeEach(() => {
        heard = [];
        answer = '';
      });
      const call = async (host = 'localhost'): Promise<void> => {
        const { port } = peer.address() as AddressInfo;
        await get(`/orders/called?url=${encodeURIComponent(`http://${host}:${port}/`)}`);
      };

      it('keeps a trace that one of them keeps', async () => {
        await start(NOTHING_ELSE);
        answer = 'kept;0123456789abcdef';
        await call();
        await waitForSpan(telemetry, { name: 'GET /orders/called' });
        expect(heard[0]?.['trace-keep']).toBe('?');
        expect(heard[0]?.['traceparent']).toMatch(/-00$/);
        expect(telemetry.span('GET /orders/called').attributes).toMatchObject({
          'sampling.reason': 'downstream',
        });
      });

      it('asks nothing beyond the trust boundary', async () => {
        await start(NOTHING_ELSE);
        await call('api.payments.example');
        expect(heard).toHaveLength(1);
        expect(heard[0]).not.toHaveProperty('trace-keep');
      });

      it('asks nothing when traces are not held back', async () => {
        await start({ ratio: 0, lifecycle: false });
        await call();
        expect(heard[0]).not.toHaveProperty('trace-keep');
        expect(heard[0]).toHaveProperty('traceparent');
      });
    });
  });
});
