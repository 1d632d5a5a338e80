import http, { type ClientRequest, type RequestOptions } from 'node:http';
import type { Socket } from 'node:net';
import { SpanStatusCode } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { recordTelemetry, waitForSpan, type TelemetryRecorder } from 'nest-telemetry/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { inParent, startApplication } from './client.application.js';
import { startServer, type TestServer } from './test-server.js';

const CLIENT = { kind: 'client' } as const;

describe('requests of node:http, in all forms', () => {
  let telemetry: TelemetryRecorder;
  let server: TestServer;
  let close: () => Promise<void>;

  /** The only client span, once it has ended. */
  const clientSpan = (): Promise<ReadableSpan> => waitForSpan(telemetry, CLIENT);

  beforeAll(async () => {
    server = await startServer('http');
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

  const expectContext = async (): Promise<void> => {
    const { traceId, spanId } = (await clientSpan()).spanContext();
    expect(server.seen).toHaveLength(1);
    expect(server.seen[0]?.headers.traceparent).toBe(`00-${traceId}-${spanId}-01`);
  };

  const forms: Record<string, RequestOptions> = {
    'headers as an object': { headers: { 'x-own': '1' } },
    'headers as an array': { headers: ['Host', '127.0.0.1', 'X-Own', '1'] },
    'Expect: 100-continue': { method: 'POST', headers: { expect: '100-continue', 'x-own': '1' } },
    'Expect: 100-continue in an array': {
      method: 'POST',
      headers: ['Host', '127.0.0.1', 'Expect', '100-continue', 'Content-Length', '4', 'X-Own', '1'],
    },
    'an agent that keeps one connection': {
      agent: new http.Agent({ keepAlive: true, maxSockets: 1 }),
      headers: { 'x-own': '1' },
    },
  };

  it.each(Object.entries(forms))('send their context: %s', async (_form, options) => {
    const request = http.request(server.origin, options);
    request.end(options.method === 'POST' ? 'body' : undefined);
    await done(request);
    await expectContext();
    expect(server.seen[0]).toMatchObject({ body: options.method === 'POST' ? 'body' : '' });
    expect(server.seen[0]?.headers['x-own']).toBe('1');
    if (options.agent instanceof http.Agent) options.agent.destroy();
  });

  it('replace a context in an array of headers that is the active one', async () => {
    await inParent(async (parent) => {
      const { traceId, spanId } = parent.spanContext();
      const headers = ['Host', '127.0.0.1', 'Traceparent', `00-${traceId}-${spanId}-01`, 'X-Own', '1'];
      await done(http.get(server.origin, { headers }));
    });
    await expectContext();
    expect(server.seen[0]?.headers['x-own']).toBe('1');
  });

  it('are named by the URL that the application meant', async () => {
    await done(
      http.get({ host: '127.0.0.1', port: server.port, path: '/a', headers: { host: 'shop.example:81' } }),
    );
    expect((await clientSpan()).attributes).toMatchObject({
      'url.full': 'http://shop.example:81/a',
      'server.address': 'shop.example',
      'server.port': 81,
    });
  });

  it('end when their response is never listened to', async () => {
    const request = http.get(server.origin);
    await new Promise((resolve) => {
      request.once('close', resolve);
    });
    expect((await clientSpan()).attributes['http.response.status_code']).toBe(200);
  });

  it('end when they are destroyed before an answer', async () => {
    const request = http.get(`${server.origin}/hang`);
    setTimeout(() => request.destroy(), 20);
    await expect(done(request)).rejects.toThrow('socket hang up');
    const span = await clientSpan();
    expect(span.status.code).toBe(SpanStatusCode.ERROR);
    expect(span.attributes['error.type']).toBe('ECONNRESET');
  });

  it('end when the protocol changes', async () => {
    const upgrading = http.createServer();
    upgrading.on('upgrade', (_request, socket: Socket) => {
      socket.end('HTTP/1.1 101 Switching Protocols\r\nUpgrade: own\r\nConnection: Upgrade\r\n\r\n');
    });
    await new Promise<void>((resolve) => {
      upgrading.listen(0, '127.0.0.1', resolve);
    });
    const { port } = upgrading.address() as { port: number };
    const request = http.get({ host: '127.0.0.1', port, headers: { connection: 'Upgrade', upgrade: 'own' } });
    await new Promise<void>((resolve) => {
      request.once('upgrade', (_response, socket) => {
        socket.destroy();
        resolve();
      });
    });
    expect((await clientSpan()).attributes['http.response.status_code']).toBe(101);
    upgrading.close();
  });

  it('make no span when the application is closed', async () => {
    await close();
    await done(http.get(server.origin));
    close = await startApplication();
    expect(telemetry.spans).toEqual([]);
    expect(server.seen[0]?.headers.traceparent).toBeUndefined();
  });
});

function done(request: ClientRequest): Promise<void> {
  return new Promise((resolve, reject) => {
    request.once('response', (response) => response.resume());
    request.once('error', reject);
    request.once('close', resolve);
  });
}
