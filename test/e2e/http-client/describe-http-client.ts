import { setImmediate } from 'node:timers/promises';
import {
  baggageEntryMetadataFromString,
  context,
  propagation,
  SpanKind,
  SpanStatusCode,
  trace,
  type SpanContext,
} from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { recordTelemetry, waitForSpan, waitForSpans, type TelemetryRecorder } from 'nest-telemetry/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { inParent, startApplication } from './client.application.js';
import type { HttpClient } from './http-clients.js';
import { startServer, type TestServer } from './test-server.js';

const CLIENT = { kind: 'client' } as const;

/** What holds for every HTTP client. */
export function describeHttpClient(client: HttpClient): void {
  describe(`requests of ${client.name}`, () => {
    let telemetry: TelemetryRecorder;
    let server: TestServer;
    let close: () => Promise<void>;

    /** The only client span, once it has ended. */
    const clientSpan = (): Promise<ReadableSpan> => waitForSpan(telemetry, CLIENT);
    /** The client spans, once there are that many. */
    const clientSpans = async (count = 1): Promise<readonly ReadableSpan[]> => {
      await waitForSpans(telemetry, { ...CLIENT, count });
      const spans = telemetry.findSpans(CLIENT);
      expect(spans).toHaveLength(count);
      return spans;
    };

    beforeAll(async () => {
      server = await startServer(client.scheme);
      // The client was used before anything of telemetry was there.
      await client.call(`${server.origin}/early`);
      server.seen.length = 0;
      telemetry = recordTelemetry();
      close = await startApplication();
    });
    afterEach(() => {
      telemetry.clear();
      server.seen.length = 0;
    });
    afterAll(async () => {
      await close();
      await server.close();
      await telemetry.stop();
    });

    it('make one client span below the active span, and the server receives its context', async () => {
      const parent = await inParent(async (span) => {
        await client.call(`${server.origin}/users/1?token=secret`);
        return span.spanContext();
      });
      const span = await clientSpan();
      expect(span.name).toBe('GET');
      expect(span.parentSpanContext?.spanId).toBe(parent.spanId);
      expect(span.status.code).toBe(SpanStatusCode.UNSET);
      expect(span.attributes).toMatchObject({
        'http.request.method': 'GET',
        'http.response.status_code': 200,
        'server.address': '127.0.0.1',
        'server.port': server.port,
        'url.full': `${server.origin}/users/1?token=REDACTED`,
      });
      expect(server.seen[0]?.headers.traceparent).toBe(traceparentOf(span.spanContext()));
    });

    it('send baggage, without properties that are not fit for a header', async () => {
      const metadata = baggageEntryMetadataFromString('from=\u{1f4a5}\n');
      const baggage = propagation.createBaggage({ tenant: { value: 'acme', metadata } });
      const active = propagation.setBaggage(context.active(), baggage);
      await context.with(active, () => client.call(server.origin));
      expect(server.seen[0]?.headers.baggage).toBe('tenant=acme');
    });

    it('keep baggage that the application wrote itself', async () => {
      const baggage = propagation.createBaggage({ tenant: { value: 'acme' } });
      const active = propagation.setBaggage(context.active(), baggage);
      await context.with(active, () => client.call(server.origin, { headers: { baggage: 'tenant=own' } }));
      expect(server.seen[0]?.headers.baggage).toBe('tenant=own');
    });

    it.each([400, 404, 500, 503])('are errors when the answer is %i', async (status) => {
      await client.call(`${server.origin}/status/${status}`);
      const span = await clientSpan();
      expect(span.status.code).toBe(SpanStatusCode.ERROR);
      expect(span.attributes).toMatchObject({
        'http.response.status_code': status,
        'error.type': String(status),
      });
      expect(span.events).toEqual([]);
    });

    it('make a span of every hop of a redirect', async () => {
      const { status } = await inParent(() => client.call(`${server.origin}/redirect`));
      expect(status).toBe(client.followsRedirects ? 200 : 302);
      const spans = await clientSpans(client.followsRedirects ? 2 : 1);
      expect(spans.map(({ attributes }) => attributes['http.response.status_code'])).toEqual(
        client.followsRedirects ? [302, 200] : [302],
      );
      expect(new Set(spans.map((span) => span.parentSpanContext?.spanId)).size).toBe(1);
      expect(server.seen.map(({ headers }) => headers.traceparent)).toEqual(
        spans.map((span) => traceparentOf(span.spanContext())),
      );
    });

    it('that run into a time limit are errors named TimeoutError', async () => {
      await expect(client.call(`${server.origin}/hang`, { signal: AbortSignal.timeout(50) })).rejects.toThrow(
        Error,
      );
      const span = await clientSpan();
      expect(span.status.code).toBe(SpanStatusCode.ERROR);
      expect(span.attributes['error.type']).toBe('TimeoutError');
      expect(span.events.map(({ name }) => name)).toEqual(['exception']);
    });

    it('that are aborted are errors named AbortError', async () => {
      const abort = new AbortController();
      const call = client.call(`${server.origin}/hang`, { signal: abort.signal });
      setTimeout(() => abort.abort(), 30);
      await expect(call).rejects.toThrow(Error);
      const span = await clientSpan();
      expect(span.status.code).toBe(SpanStatusCode.ERROR);
      expect(span.attributes['error.type']).toBe('AbortError');
    });

    it('that are aborted within the body of the answer are errors', async () => {
      await expect(client.call(`${server.origin}/half`, { signal: AbortSignal.timeout(80) })).rejects.toThrow(
        Error,
      );
      const span = await clientSpan();
      expect(span.status.code).toBe(SpanStatusCode.ERROR);
      expect(span.attributes).toMatchObject({
        'http.response.status_code': 200,
        'error.type': 'TimeoutError',
      });
    });

    it('whose answer breaks off are errors', async () => {
      await expect(client.call(`${server.origin}/cut`)).rejects.toThrow(Error);
      const span = await clientSpan();
      expect(span.status.code).toBe(SpanStatusCode.ERROR);
      expect(span.attributes['error.type']).toMatch(/^(ECONNRESET|UND_ERR_SOCKET)$/);
    });

    it('whose answer is given up on purpose are no errors', async () => {
      await client.call(`${server.origin}/half`, { cancel: true });
      const span = await clientSpan();
      expect(span.status.code).toBe(SpanStatusCode.UNSET);
      expect(span.attributes['error.type']).toBeUndefined();
    });

    it('to a port where nobody listens are errors', async () => {
      const nobody = await startServer('http');
      await nobody.close();
      await expect(client.call(nobody.origin.replace('http', client.scheme))).rejects.toThrow(Error);
      const span = await clientSpan();
      expect(span.status.code).toBe(SpanStatusCode.ERROR);
      expect(span.attributes).toMatchObject({ 'error.type': 'ECONNREFUSED', 'server.port': nobody.port });
      expect(span.attributes['http.response.status_code']).toBeUndefined();
    });

    it('to a name that does not exist are errors', async () => {
      await expect(client.call(`${client.scheme}://nothing.invalid/`)).rejects.toThrow(Error);
      const span = await clientSpan();
      expect(span.attributes).toMatchObject({ 'server.address': 'nothing.invalid' });
      expect(span.attributes['error.type']).toMatch(/^(ENOTFOUND|EAI_AGAIN)$/);
    });

    it('with a streamed body arrive complete and with their context', async () => {
      const answer = await client.call(server.origin, { method: 'POST', chunks: ['one', 'two', 'three'] });
      expect(answer.status).toBe(200);
      const span = await clientSpan();
      expect(span.name).toBe('POST');
      expect(server.seen[0]).toMatchObject({ body: 'onetwothree' });
      expect(server.seen[0]?.headers.traceparent).toBe(traceparentOf(span.spanContext()));
    });

    it('over a connection that is kept get a span and a context each', async () => {
      const before = server.connections();
      for (let index = 0; index < 3; index++) {
        await client.call(`${server.origin}/${index}`);
        // A connection is free for the next request a turn after its answer was read.
        await setImmediate();
      }
      const spans = await clientSpans(3);
      expect(server.connections() - before).toBeLessThan(3);
      expect(server.seen.map(({ headers }) => headers.traceparent)).toEqual(
        spans.map((span) => traceparentOf(span.spanContext())),
      );
    });

    it('made a hundred at a time keep to their own parents', async () => {
      const parents = new Map<string, string>();
      await Promise.all(
        Array.from({ length: 100 }, (_, index) =>
          inParent(async (parent) => {
            parents.set(`/${index}`, parent.spanContext().spanId);
            await client.call(`${server.origin}/${index}`);
          }),
        ),
      );
      const spans = await clientSpans(100);
      for (const span of spans) {
        const path = new URL(String(span.attributes['url.full'])).pathname;
        expect(span.parentSpanContext?.spanId).toBe(parents.get(path));
        const seen = server.seen.find((request) => request.path === path);
        expect(seen?.headers.traceparent).toBe(traceparentOf(span.spanContext()));
      }
    });

    it('whose body is left unread end when telemetry stops, with the time of the head', async () => {
      await client.call(`${server.origin}/large`, { unread: true });
      await close();
      const span = await clientSpan();
      expect(span.attributes['http.response.status_code']).toBe(200);
      expect(span.status.code).toBe(SpanStatusCode.UNSET);
      close = await startApplication();
    });

    it('are measured by attributes of few values only', async () => {
      await client.call(`${server.origin}/measured?id=1`);
      const nobody = await startServer('http');
      await nobody.close();
      await client.call(nobody.origin.replace('http', client.scheme)).catch(() => undefined);
      await clientSpans(2);
      const points = await telemetry.points('http.client.request.duration');
      const allowed = [
        'http.request.method',
        'http.response.status_code',
        'server.address',
        'server.port',
        'error.type',
        'network.protocol.version',
      ];
      for (const { attributes } of points)
        expect(allowed).toEqual(expect.arrayContaining(Object.keys(attributes)));
      const refused = points.find(({ attributes }) => attributes['error.type'] === 'ECONNREFUSED');
      expect(refused?.count).toBe(1);
    });

    it('leave alone what runs with tracing suppressed', async () => {
      await context.with(suppressTracing(context.active()), () => client.call(server.origin));
      expect(server.seen[0]?.headers.traceparent).toBeUndefined();
      expect(telemetry.spans).toEqual([]);
    });

    it('that carry the active context already get a span, whose context replaces it', async () => {
      await inParent(async (parent) => {
        const headers: Record<string, string> = {};
        propagation.inject(context.active(), headers);
        expect(headers['traceparent']).toBe(traceparentOf(parent.spanContext()));
        await client.call(server.origin, { headers });
      });
      const span = await clientSpan();
      expect(server.seen[0]?.headers.traceparent).toBe(traceparentOf(span.spanContext()));
    });

    it('that another instrumentation has marked are left to it', async () => {
      const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
      await inParent(() => client.call(server.origin, { headers: { traceparent } }));
      expect(server.seen[0]?.headers.traceparent).toBe(traceparent);
      expect(telemetry.spanNames).toEqual(['parent']);
    });

    it('within the client span of another instrumentation are left to it', async () => {
      const options = { kind: SpanKind.CLIENT, attributes: { 'http.request.method': 'GET' } };
      await trace.getTracer('other').startActiveSpan('theirs', options, async (span) => {
        await client.call(server.origin);
        span.end();
      });
      expect((await clientSpan()).name).toBe('theirs');
    });

    it('are traced once when two applications of the process trace them', async () => {
      const closeSecond = await startApplication();
      await client.call(server.origin);
      expect(await clientSpans()).toHaveLength(1);
      await closeSecond();
      telemetry.clear();
      await client.call(server.origin);
      expect(await clientSpans()).toHaveLength(1);
    });
  });
}

function traceparentOf({ traceId, spanId }: SpanContext): string {
  return `00-${traceId}-${spanId}-01`;
}
