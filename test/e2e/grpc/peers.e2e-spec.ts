import { Metadata } from '@grpc/grpc-js';
import { context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { recordTelemetry, type TelemetryRecorder } from 'nest-telemetry/testing';
import { firstValueFrom, lastValueFrom } from 'rxjs';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { findWithHeaders, rawClient, rawServer } from './raw-peers.js';
import { queries } from './shop.controller.js';
import { freeUrl, startClient, standalone } from './testing-harness.js';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const SPAN_ID = 'b7ad6b7169203331';
const TRACEPARENT = `00-${TRACE_ID}-${SPAN_ID}-01`;

describe('a gRPC server of Nest', () => {
  let telemetry: TelemetryRecorder;
  let url: string;
  let close: () => Promise<void>;
  let client: ReturnType<typeof rawClient>;

  const serverSpan = (): Promise<ReadableSpan> =>
    vi.waitFor(() => {
      const [span, ...others] = telemetry.spans.filter(({ kind }) => kind === SpanKind.SERVER);
      if (span === undefined) throw new Error('no server span');
      expect(others).toEqual([]);
      return span;
    });
  const find = (headers: Record<string, string>): Promise<unknown> => {
    const metadata = new Metadata();
    for (const [key, value] of Object.entries(headers)) metadata.set(key, value);
    return client.find({ id: '7' }, metadata);
  };

  beforeAll(async () => {
    telemetry = recordTelemetry();
    url = await freeUrl();
    const server = await standalone.start(url);
    client = rawClient(url);
    close = () => server.close();
  });
  afterEach(() => telemetry.clear());
  afterAll(async () => {
    client.close();
    await close();
    await telemetry.stop();
  });

  it('starts a trace of its own when the caller has none', async () => {
    await find({});
    expect((await serverSpan()).parentSpanContext).toBeUndefined();
    expect(telemetry.spans.filter(({ kind }) => kind === SpanKind.CLIENT)).toEqual([]);
  });

  it('continues the trace of any caller', async () => {
    await find({ traceparent: TRACEPARENT, tracestate: 'vendor=1', baggage: 'tenant=acme' });
    const span = await serverSpan();
    expect(span.spanContext().traceId).toBe(TRACE_ID);
    expect(span.parentSpanContext?.spanId).toBe(SPAN_ID);
    expect(span.spanContext().traceState?.get('vendor')).toBe('1');
  });

  it('follows a caller who does not sample', async () => {
    await find({ traceparent: TRACEPARENT.replace(/01$/, '00') });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(telemetry.spans).toEqual([]);
    const { points } = await telemetry.metric('rpc.server.call.duration');
    expect(points).toMatchObject([{ count: 1 }]);
  });

  it.each<[string, Record<string, string | string[]>]>([
    ['a malformed traceparent', { traceparent: '00-zz-b7ad6b7169203331-01' }],
    ['an oversized traceparent', { traceparent: `${TRACEPARENT}-${'0'.repeat(9000)}` }],
    ['two traceparents', { traceparent: [TRACEPARENT, TRACEPARENT] }],
    ['a traceparent of zeros', { traceparent: `00-${'0'.repeat(32)}-${SPAN_ID}-01` }],
    ['bytes where there should be text', { 'traceparent-bin': 'AAEC', traceparent: '\u00ff\u00fe' }],
    ['a huge tracestate', { tracestate: 'a=1,'.repeat(3000) }],
    ['a huge baggage', { baggage: `tenant=${'x'.repeat(12_000)}` }],
    ['baggage named like a prototype', { baggage: '__proto__=1,constructor=2' }],
    ['control characters', { baggage: 'tenant=a\tb', tracestate: 'a=\t' }],
  ])('serves calls with %s all the same', async (_, headers) => {
    expect(await findWithHeaders(url, headers)).toBe('0');
    const span = await serverSpan();
    expect(span.parentSpanContext).toBeUndefined();
    expect(span.attributes['rpc.status_code']).toBe('OK');
  });

  it('takes a call that ran out of time here for an error of its own', async () => {
    expect(await findWithHeaders(url, { 'grpc-timeout': '50m' }, 'slow:300')).toBe('4');
    const span = await serverSpan();
    expect(span.attributes['rpc.status_code']).toBe('DEADLINE_EXCEEDED');
    expect(span.status.code).toBe(SpanStatusCode.ERROR);
    await vi.waitFor(() => telemetry.span('work slow:300'));
  });

  it('lets an SDK that made a server span around the handler keep its own', async () => {
    const { instrumented, restore } = await import('./instrumented.server.js');
    const secondUrl = await freeUrl();
    instrumented();
    const server = await standalone.start(secondUrl);
    const second = rawClient(secondUrl);
    try {
      await second.find({ id: '7' }, new Metadata());
      const span = await serverSpan();
      expect(span.name).toBe('grpc.other');
      expect(span.attributes).toMatchObject({ 'rpc.system': 'grpc', 'rpc.status_code': 'OK' });
      expect(telemetry.span('work 7').parentSpanContext?.spanId).toBe(span.spanContext().spanId);
    } finally {
      second.close();
      await server.close();
      restore();
    }
  });
});

describe('a gRPC server of Nest that strangers can call', () => {
  it('starts anew and links to the caller', async () => {
    await using telemetry = recordTelemetry();
    const url = await freeUrl();
    const requests: string[] = [];
    const server = await standalone.start(url, {
      propagation: {
        inbound({ path, headers }) {
          requests.push(`${path} ${String(headers['x-from'])}`);
          return 'restart';
        },
      },
    });
    const client = rawClient(url);
    const metadata = new Metadata();
    metadata.set('traceparent', TRACEPARENT);
    metadata.set('baggage', 'tenant=acme');
    metadata.set('x-from', 'outside');
    const { tenant } = await client.find({ id: '7' }, metadata);
    client.close();
    await server.close();
    const span = telemetry.span('shop.v1.Shop/Find');
    expect(span.spanContext().traceId).not.toBe(TRACE_ID);
    expect(span.links).toMatchObject([{ context: { traceId: TRACE_ID, spanId: SPAN_ID } }]);
    expect(tenant).toBe('');
    expect(requests).toEqual(['/shop.v1.Shop/Find outside']);
  });
});

describe('a gRPC client of Nest', () => {
  let telemetry: TelemetryRecorder;
  let server: Awaited<ReturnType<typeof rawServer>>;
  let client: Awaited<ReturnType<typeof startClient>>;
  let url: string;

  beforeAll(async () => {
    telemetry = recordTelemetry();
    url = await freeUrl();
    server = await rawServer(url);
    client = await startClient(url, { propagation: { baggageKeys: '*' } });
  });
  afterEach(() => {
    telemetry.clear();
    server.seen.length = 0;
  });
  afterAll(async () => {
    await client.close();
    server.close();
    await telemetry.stop();
  });

  it('sends its context to any server', async () => {
    await firstValueFrom(client.shop.find({ id: '7' }));
    const { traceId, spanId } = telemetry.span('shop.v1.Shop/Find').spanContext();
    expect(server.seen[0]?.get('traceparent')).toEqual([`00-${traceId}-${spanId}-01`]);
  });

  it('sends it with streams, and with metadata of the application', async () => {
    const metadata = new Metadata();
    metadata.set('authorization', 'Bearer x');
    // A proxy copies what it received.
    metadata.set('traceparent', TRACEPARENT);
    await lastValueFrom(client.shop.chat(queries('1', '2'), metadata));
    const { traceId, spanId } = telemetry.span('shop.v1.Shop/Chat').spanContext();
    expect(server.seen[0]?.get('traceparent')).toEqual([`00-${traceId}-${spanId}-01`]);
    expect(server.seen[0]?.get('authorization')).toEqual(['Bearer x']);
    expect(metadata.get('traceparent')).toEqual([TRACEPARENT]);
  });

  it.each(['a\r\nb', '\u{1f4a5}', '\ud800', '\u0000', 'x'.repeat(5000)])(
    'sends metadata that is valid whatever is in baggage: %j',
    async (value) => {
      const baggage = propagation.createBaggage({
        [`key\n${value.slice(0, 2)}`]: { value },
        tenant: { value },
      });
      await context.with(propagation.setBaggage(context.active(), baggage), () =>
        firstValueFrom(client.shop.find({ id: '7' })),
      );
      for (const sent of server.seen[0]?.get('baggage') ?? []) expect(sent).toMatch(/^[\x20-\x7e]{0,2048}$/);
      expect(server.seen[0]?.get('traceparent')).toHaveLength(1);
    },
  );

  it('makes no span under suppression', async () => {
    await context.with(suppressTracing(context.active()), () =>
      firstValueFrom(client.shop.find({ id: '7' })),
    );
    expect(telemetry.spans).toEqual([]);
    expect(server.seen[0]?.get('traceparent')).toEqual([]);
  });

  it('records a server that is not there', async () => {
    const nobody = await startClient(await freeUrl());
    await expect(firstValueFrom(nobody.shop.find({ id: '7' }))).rejects.toThrow('14 UNAVAILABLE');
    await nobody.close();
    const { attributes } = telemetry.span('shop.v1.Shop/Find');
    expect(attributes).toMatchObject({ 'rpc.status_code': 'UNAVAILABLE', 'error.type': 'UNAVAILABLE' });
  });

  it('throws what gRPC throws for a client that was closed, and ends the span', async () => {
    const closed = await startClient(url);
    await firstValueFrom(closed.shop.find({ id: '1' }));
    await closed.close();
    telemetry.clear();
    const restarted = await startClient(url);
    await expect(firstValueFrom(closed.shop.find({ id: '2' }))).rejects.toThrow(/closed|shut down/i);
    await restarted.close();
    expect(telemetry.span('shop.v1.Shop/Find').attributes['rpc.status_code']).toMatch(/UNKNOWN|UNAVAILABLE/);
    expect(telemetry.openSpans).toEqual([]);
  });

  it('passes calls through when the application is closed, and traces those of the next one once', async () => {
    const first = await startClient(url);
    await first.close();
    const second = await startClient(url);
    await firstValueFrom(second.shop.find({ id: '7' }));
    await second.close();
    expect(telemetry.spans.map(({ name }) => name)).toEqual(['shop.v1.Shop/Find']);
    expect(trace.getActiveSpan()).toBeUndefined();
  });
});
