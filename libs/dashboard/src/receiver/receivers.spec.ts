import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect as connectHttp2, type Http2Server } from 'node:http2';
import { request as httpRequest, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { decodeExportResponse, decodeExportResponseJson } from '@nest-telemetry/otlp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DashboardError } from '../dashboard.errors.js';
import { FilledStore, traces } from '../telemetry.spec-helper.js';
import { ByteBudget } from './byte.budget.js';
import type { Ingest } from './ingest.js';
import { otlpGrpcServer } from './otlp.grpc.js';
import { otlpHttpServer } from './otlp.http.js';

const FIXTURES = { traces: ['trace'], logs: ['logs', 'events'], metrics: ['metrics'] };
const RETRY_INFO = 'type.googleapis.com/google.rpc.RetryInfo';
/** A valid span, and one without a valid id. */
const PARTLY = JSON.stringify({
  resourceSpans: [
    {
      scopeSpans: [
        {
          spans: [
            { traceId: '0'.repeat(32), spanId: '1'.repeat(16) },
            { traceId: '1'.repeat(32), spanId: '1'.repeat(16) },
          ],
        },
      ],
    },
  ],
});

let store: FilledStore;
let budget: ByteBudget;
let failure: Error | undefined;
const servers: (Server | Http2Server)[] = [];

async function serve(server: Server | Http2Server): Promise<number> {
  servers.push(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return (server.address() as AddressInfo).port;
}

function ingest(): Ingest {
  return {
    budget,
    take: async (request) => {
      if (failure !== undefined) throw failure;
      try {
        return store.ingest(request);
      } catch (error) {
        // As the thread of the store tells it.
        const { code, message } = error as Error & { code: string };
        throw new DashboardError(code, message);
      }
    },
  };
}

beforeEach(() => {
  store = new FilledStore();
  budget = new ByteBudget(64 * 1024 * 1024);
  failure = undefined;
});
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.close();
    if ('closeAllConnections' in server) server.closeAllConnections();
  }
});

describe('OTLP over HTTP', () => {
  let url: string;
  let port: number;
  beforeEach(async () => {
    port = await serve(otlpHttpServer(ingest(), { slowestBodyMillis: 300 }));
    url = `http://127.0.0.1:${port}`;
  });
  const send = (body: Uint8Array | string, headers: Record<string, string> = {}, path = '/v1/traces') =>
    fetch(`${url}${path}`, {
      method: 'POST',
      body: Buffer.from(body),
      headers: { 'content-type': 'application/x-protobuf', ...headers },
    });

  it.each(Object.entries(FIXTURES).flatMap(([signal, names]) => names.map((name) => [name, signal])))(
    'takes the example %s.json of OpenTelemetry',
    async (name, signal) => {
      const body = readFileSync(new URL(`../../../otlp/src/fixtures/${name}.json`, import.meta.url));
      const response = await send(
        body,
        { 'content-type': 'application/json; charset=utf-8' },
        `/v1/${signal}`,
      );
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toBe('application/json');
      expect(await response.json()).toEqual({});
      const { traces: found, logs, metricPoints } = store.totals;
      expect({ traces: found, logs, metrics: metricPoints }[signal as 'traces']).toBeGreaterThan(0);
    },
  );

  it.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
    ['zstd', zstdCompressSync],
    ['identity', (bytes: Uint8Array) => bytes],
  ] as const)('takes bodies in %s', async (encoding, compress) => {
    const response = await send(compress(traces({}, {})), { 'content-encoding': encoding });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/x-protobuf');
    expect(decodeExportResponse('traces', new Uint8Array(await response.arrayBuffer()))).toBeUndefined();
    expect(store.totals.spans).toBe(2);
  });

  it('tells what it did not take of a request', async () => {
    const response = await send(PARTLY, { 'content-type': 'application/json' });
    expect(response.status).toBe(200);
    expect(decodeExportResponseJson('traces', await response.text())).toEqual({
      rejected: 1n,
      errorMessage: '1 spans had no valid trace id or span id.',
    });
  });

  it.each([
    ['no protobuf', Buffer.from('nonsense'), {}, 400],
    ['no JSON', '{"resourceSpans":', { 'content-type': 'application/json' }, 400],
    ['no gzip', 'nonsense', { 'content-encoding': 'gzip' }, 400],
    ['half of a gzip', gzipSync(traces({})).subarray(0, 30), { 'content-encoding': 'gzip' }, 400],
    ['an unknown encoding', 'x', { 'content-encoding': 'compress' }, 415],
    ['an encoding that is a name of JavaScript', 'x', { 'content-encoding': 'constructor' }, 415],
    ['text', 'x', { 'content-type': 'text/plain' }, 415],
    ['a form', 'x', { 'content-type': 'application/x-www-form-urlencoded' }, 415],
    ['a type that is a name of JavaScript', 'x', { 'content-type': 'constructor' }, 415],
    ['a bomb', gzipSync(Buffer.alloc(50_000_000)), { 'content-encoding': 'gzip' }, 413],
    ['too much', Buffer.alloc(17 * 1024 * 1024), {}, 413],
  ])('refuses %s with a google.rpc.Status', async (_, body, headers, status) => {
    const response = await send(body, headers);
    expect(response.status).toBe(status);
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(response.headers.get('retry-after')).toBeNull();
    if (response.headers.get('content-type') === 'application/json')
      expect(JSON.parse(bytes.toString())).toEqual({
        code: 3,
        message: expect.stringMatching(/\w/),
        details: [],
      });
    else expect([...bytes.subarray(0, 3)]).toEqual([0x08, 3, 0x12]);
    expect(store.totals.traces).toBe(0);
    expect(budget.take(64 * 1024 * 1024)).toBe(true);
  });

  it('has no such thing as reading', async () => {
    for (const path of ['/', '/v1/traces', '/api/traces', '/api/settings'])
      expect([path, (await fetch(url + path)).status]).toEqual([path, path === '/v1/traces' ? 405 : 404]);
    const preflight = await fetch(`${url}/v1/traces`, {
      method: 'OPTIONS',
      headers: { origin: 'http://evil.example', 'access-control-request-method': 'POST' },
    });
    expect(preflight.status).toBe(405);
    expect([...preflight.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  it('sends those away who come while there is too much, to come again', async () => {
    budget.take(64 * 1024 * 1024 - 10);
    const response = await send(PARTLY, { 'content-type': 'application/json' });
    expect(response.status).toBe(429);
    expect(response.headers.get('retry-after')).toBe('1');
    expect(await response.json()).toMatchObject({
      code: 14,
      details: [{ '@type': RETRY_INFO, retryDelay: '1s' }],
    });
    budget.give(64 * 1024 * 1024 - 10);
    expect((await send(PARTLY, { 'content-type': 'application/json' })).status).toBe(200);
  });

  it('asks to come again when it cannot store, and tells nothing of its insides', async () => {
    failure = new DashboardError('ND_STORE_FAILED', 'disk full at /home/me');
    const response = await send(traces({}));
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('1');
    const body = Buffer.from(await response.arrayBuffer()).toString();
    expect(body).toContain(RETRY_INFO);
    expect(body).not.toContain('/home/me');
  });

  it('waits no longer for a slow body than it said, however it trickles', async () => {
    const request = httpRequest(`${url}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
    });
    request.on('error', () => {});
    const trickle = setInterval(() => request.write(' '), 50);
    const [response] = (await once(request, 'response')) as [import('node:http').IncomingMessage];
    clearInterval(trickle);
    expect(response.statusCode).toBe(408);
    await text(response).catch(() => '');
    request.destroy();
    expect(budget.take(64 * 1024 * 1024)).toBe(true);
  });

  it('waits no longer for slow headers than it said', async () => {
    const socket = connect(port, '127.0.0.1');
    socket.write('POST /v1/traces HTTP/1.1\r\nHost: x\r\n');
    const trickle = setInterval(() => socket.write('X-A: b\r\n'), 50);
    socket.on('error', () => {});
    socket.resume();
    await once(socket, 'close');
    clearInterval(trickle);
    expect(socket.destroyed).toBe(true);
  });

  it('forgets a request whose sender went away', async () => {
    const socket = connect(port, '127.0.0.1');
    socket.write(
      'POST /v1/traces HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"resource',
    );
    await once(socket, 'connect');
    socket.end();
    socket.destroy();
    expect((await send(traces({}))).status).toBe(200);
    await expect.poll(() => budget.take(64 * 1024 * 1024)).toBe(true);
  });
});

describe('OTLP over gRPC', () => {
  let port: number;
  beforeEach(async () => {
    port = await serve(otlpGrpcServer(ingest(), { slowestBodyMillis: 300 }));
  });
  const PATH = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';

  function frame(message: Uint8Array, compressed = false): Buffer {
    const prefix = Buffer.alloc(5);
    prefix.writeUInt8(compressed ? 1 : 0);
    prefix.writeUInt32BE(message.byteLength, 1);
    return Buffer.concat([prefix, message]);
  }

  async function call(body: Uint8Array | undefined, headers: Record<string, string> = {}) {
    const session = connectHttp2(`http://127.0.0.1:${port}`);
    try {
      const stream = session.request({
        ':method': 'POST',
        ':path': PATH,
        'content-type': 'application/grpc',
        te: 'trailers',
        ...headers,
      });
      let found: Record<string, string | number | string[] | undefined> = {};
      stream.on('response', (each) => (found = { ...found, ...(each as typeof found) }));
      stream.on('trailers', (each) => (found = { ...found, ...(each as typeof found) }));
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      if (body !== undefined) stream.end(body);
      await once(stream, 'close');
      return {
        status: found['grpc-status'],
        http: found[':status'],
        details: Buffer.from(String(found['grpc-status-details-bin'] ?? ''), 'base64').toString('latin1'),
        message: decodeURIComponent(String(found['grpc-message'] ?? '')),
        body: Buffer.concat(chunks),
      };
    } finally {
      session.close();
    }
  }

  it('takes messages, plain and compressed', async () => {
    const plain = await call(frame(traces({})));
    expect(plain.status).toBe('0');
    expect(decodeExportResponse('traces', plain.body.subarray(5))).toBeUndefined();
    expect((await call(frame(gzipSync(traces({})), true), { 'grpc-encoding': 'gzip' })).status).toBe('0');
    expect(store.totals.spans).toBe(2);
  });

  it('tells what it did not take', async () => {
    const message = traces({}, { more: { spanId: '' } });
    const { status, body } = await call(frame(message));
    expect(status).toBe('0');
    expect(decodeExportResponse('traces', body.subarray(5))).toMatchObject({ rejected: 1n });
  });

  it.each([
    ['nonsense', () => frame(Buffer.from('nonsense')), {}, '3'],
    ['half of a message', () => frame(traces({})).subarray(0, 20), {}, '3'],
    ['nothing', () => Buffer.alloc(0), {}, '3'],
    ['no gzip', () => frame(Buffer.from('nonsense'), true), {}, '3'],
    ['a bomb', () => frame(gzipSync(Buffer.alloc(50_000_000)), true), {}, '3'],
    ['too much', () => frame(Buffer.alloc(17 * 1024 * 1024)), {}, '3'],
    ['an unknown encoding', () => frame(traces({}), true), { 'grpc-encoding': 'snappy' }, '12'],
    ['an unknown method', () => frame(traces({})), { ':path': '/a.B/C' }, '12'],
  ])('refuses %s', async (_, body, headers, status) => {
    expect(await call(body(), headers as unknown as Record<string, string>)).toMatchObject({
      status,
      http: 200,
    });
    expect(store.totals.spans).toBe(0);
    await expect.poll(() => budget.take(64 * 1024 * 1024)).toBe(true);
  });

  it('is no page', async () => {
    expect(
      await call(undefined, { ':method': 'GET', ':path': '/api/traces', 'content-type': 'text/html' }),
    ).toMatchObject({ http: 415 });
  });

  it('sends those away who come while there is too much, to come again', async () => {
    budget.take(64 * 1024 * 1024 - 10);
    const busy = await call(frame(traces({})));
    expect(busy.status).toBe('14');
    expect(busy.details).toContain(RETRY_INFO);
  });

  it('waits no longer for a slow message than it said', async () => {
    expect(await call(undefined)).toMatchObject({ status: '3', message: expect.stringContaining('0.3 s') });
  });
});
