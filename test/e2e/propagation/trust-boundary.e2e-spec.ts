import type { INestApplication } from '@nestjs/common';
import { NestFactory, type AbstractHttpAdapter } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { context } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extract, type PropagationOptions } from 'nest-telemetry';
import { recordTelemetry, type TelemetryRecorder } from 'nest-telemetry/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { EdgeModule } from './edge.module.js';
import { clients, resolveEverythingLocally, startPeer, type Peer } from './peer.js';

const TRACE_ID = '12345678901234567890123456789012';
const SPAN_ID = '1234567890123456';
const received = {
  traceparent: `00-${TRACE_ID}-${SPAN_ID}-00`,
  tracestate: 'vendor=secret',
  baggage: 'tenant=evil,version=1',
};

const adapters: readonly (readonly [name: string, create: () => AbstractHttpAdapter])[] = [
  ['Express', () => new ExpressAdapter()],
  ['Fastify', () => new FastifyAdapter()],
];

describe.each(adapters)('The trust boundary on %s', (_name, createAdapter) => {
  let telemetry: TelemetryRecorder;
  let app: INestApplication | undefined;
  let peer: Peer;
  let origin: string;
  let resolveAsUsual: () => void;

  const start = async (options: PropagationOptions): Promise<void> => {
    app = await NestFactory.create(EdgeModule.with(options), createAdapter(), { logger: false });
    await app.listen(0, '127.0.0.1');
    origin = `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}`;
  };
  /** What a peer of that name hears when the service calls it while it serves a request with these headers. */
  const heardBy = async (
    host: string,
    client = 'fetch',
    headers: Record<string, string> = {},
  ): Promise<Peer['heard']> => {
    const url = encodeURIComponent(`http://${host}:${peer.port}/`);
    const response = await fetch(`${origin}/call?client=${client}&url=${url}`, { headers });
    expect(await response.json()).toEqual([200]);
    return peer.heard;
  };

  beforeAll(async () => {
    resolveAsUsual = resolveEverythingLocally();
    peer = await startPeer();
  });
  afterAll(async () => {
    resolveAsUsual();
    await peer.stop();
  });
  beforeEach(() => {
    telemetry = recordTelemetry();
  });
  afterEach(async () => {
    await app?.close();
    app = undefined;
    await telemetry.stop();
  });

  describe('on the way in', () => {
    it('continues the trace of the caller by default', async () => {
      await start({});
      const heard = await heardBy('localhost', 'fetch', received);
      expect(heard['traceparent']).toMatch(new RegExp(`^00-${TRACE_ID}-(?!${SPAN_ID})[0-9a-f]{16}-00$`));
      expect(heard['tracestate']).toBe('vendor=secret');
      expect(heard['baggage']).toBe('tenant=acme,version=1');
    });

    it('restarts it where strangers call: own ids, own sampling, the caller as a link and nothing else', async () => {
      await start({ inbound: 'restart' });
      const heard = await heardBy('localhost', 'fetch', received);
      const server = telemetry.span('GET /call');
      const { traceId } = server.spanContext();
      expect(traceId).not.toBe(TRACE_ID);
      expect(server.parentSpanContext).toBeUndefined();
      expect(server.links.map((link) => link.context)).toEqual([
        { traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: 0, isRemote: true },
      ]);
      expect(heard['traceparent']).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-01$`));
      expect(heard).not.toHaveProperty('tracestate');
      expect(heard['baggage']).toBe('tenant=acme');
      const seen = await fetch(`${origin}/baggage`, { headers: received });
      expect(await seen.json()).toEqual([]);
    });

    it('has nothing to link with when the caller sent nothing', async () => {
      await start({ inbound: 'restart' });
      await context.with(suppressTracing(context.active()), () => fetch(`${origin}/baggage`));
      expect(telemetry.span('GET /baggage').links).toEqual([]);
    });

    it('decides by the request, and against it when the decision fails', async () => {
      await start({
        inbound: ({ headers }) => {
          if (headers['x-broken'] !== undefined) throw new Error('broken');
          return headers['x-gateway'] === 'secret' ? 'continue' : 'restart';
        },
      });
      const traceIds: (string | undefined)[] = [];
      for (const extra of [{ 'x-gateway': 'secret' }, { 'x-gateway': 'guess' }, { 'x-broken': '1' }]) {
        const heard = await heardBy('localhost', 'node:http', { ...received, ...extra });
        traceIds.push(heard['traceparent']?.toString().split('-')[1]);
      }
      expect(traceIds.map((id) => id === TRACE_ID)).toEqual([true, false, false]);
    });

    it('answers whatever the context looks like, and counts what is wrong with it', async () => {
      await start({});
      const before = await rejected(telemetry);
      const hostile = { traceparent: 'junk', tracestate: ','.repeat(1000), baggage: 'k=v;\x80,"=,' };
      const response = await fetch(`${origin}/baggage`, { headers: hostile });
      expect(response.status).toBe(200);
      expect(await response.json()).toEqual([['k', 'v']]);
      const after = await rejected(telemetry);
      expect((after['traceparent_malformed'] ?? 0) - (before['traceparent_malformed'] ?? 0)).toBe(1);
      expect((after['baggage_malformed'] ?? 0) - (before['baggage_malformed'] ?? 0)).toBe(1);
    });
  });

  it.each([
    ['the host connected to', { host: 'api.stripe.com', path: '/', headers: { host: 'localhost' } }, false],
    ['no name in a header', { host: 'localhost', path: '/', headers: { host: 'api.stripe.com' } }, true],
    ['the host behind a proxy', { host: 'localhost', path: 'http://api.stripe.com/' }, false],
    ['the host behind a proxy in the network', { host: 'localhost', path: 'http://users/' }, true],
  ])('is judged by %s', async (_case, options, expected) => {
    await start({});
    const sent = request({ ...options, port: peer.port }).end();
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    response.resume();
    await once(response, 'end');
    expect('traceparent' in peer.heard).toBe(expected);
  });

  describe.each(clients)('on the way out by %s', (client, get) => {
    it.each([
      ['localhost', true],
      ['127.0.0.1', true],
      ['users', true],
      ['users.shop.svc.cluster.local', true],
      ['partner.example.net', true],
      ['users.shop.example.com', true],
      ['api.stripe.com', false],
      ['shop.example.com.evil.net', false],
    ])('lets context go to %s: %s', async (host, expected) => {
      await start({ outboundHosts: ['partner.example.net'], sameSuffixAs: ['order.shop.example.com'] });
      const heard = await heardBy(host, client, received);
      expect('traceparent' in heard).toBe(expected);
      expect('tracestate' in heard).toBe(expected);
      expect('baggage' in heard).toBe(expected);
    });

    it('makes a span of every call, wherever it goes', async () => {
      await start({});
      await heardBy('api.stripe.com', client);
      expect(
        telemetry.spans.filter((span) => span.attributes['server.address'] === 'api.stripe.com'),
      ).toHaveLength(1);
    });

    it.each([
      [{}, 'tenant=acme'],
      [{ baggageKeys: ['user.*'] }, 'user.group=beta%40testers'],
      [{ baggageKeys: '*' }, 'tenant=acme,user.group=beta%40testers'],
      [{ baggageAttributes: ['user.group'] }, 'tenant=acme,user.group=beta%40testers'],
      // An address is a secret until somebody says otherwise.
      [{ baggageKeys: ['user.email'] }, undefined],
      [{ baggageKeys: '*', maxBaggageBytes: 20 }, 'tenant=acme'],
      [{ baggageKeys: [] }, undefined],
    ] as const)('sends the baggage that %j allows', async (options, expected) => {
      await start(options);
      expect((await heardBy('localhost', client))['baggage']).toBe(expected);
    });

    it('works after a message with baggage no header can hold', async () => {
      await start({ baggageKeys: '*' });
      const message = {
        baggage: 'k=v;💥,a=b;p=\u0007,"=💥',
        tracestate: '💥',
        traceparent: received.traceparent,
      };
      const status = await context.with(extract(message), () => get(`http://localhost:${peer.port}/`));
      expect(status).toBe(200);
      expect(peer.heard['baggage']).toBe('k=v,a=b');
      expect(peer.heard['traceparent']).toContain(TRACE_ID);
    });
  });
});

/** What has been counted so far, by reason. */
async function rejected(telemetry: TelemetryRecorder): Promise<Record<string, number>> {
  const metrics = await telemetry.metrics();
  const metric = metrics.find(({ name }) => name === 'nest_telemetry.propagation.rejected');
  return Object.fromEntries(
    (metric?.points ?? []).map(({ attributes, value }) => [String(attributes['reason']), Number(value)]),
  );
}
