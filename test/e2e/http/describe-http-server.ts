import { VersioningType, type INestApplication, type LogLevel } from '@nestjs/common';
import { NestFactory, type AbstractHttpAdapter } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { once } from 'node:events';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { HttpOptions } from 'nest-telemetry';
import {
  recordTelemetry,
  waitForSpan,
  waitForSpans,
  type RecordedPoint,
  type TelemetryRecorder,
} from 'nest-telemetry/testing';
import { ShopModule } from './shop.module.js';
import { eventsOf, exceptionsOf, millis } from './span-details.js';

/** Not what Nest says at every start. */
const LOGGED: LogLevel[] = ['warn'];

const SERVER = { kind: 'server' } as const;
/** Milliseconds to wait for spans: there are two hundred requests at once. */
const PATIENCE = 8000;

/** An adapter under test. */
export interface Platform {
  readonly name: string;
  createAdapter(): AbstractHttpAdapter;
}

interface StartOptions {
  readonly http?: HttpOptions;
  /** Before `init()`: prefixes, versions, other hook owners. */
  readonly configure?: (app: INestApplication) => void;
  readonly testing?: boolean;
}

function requestLine(path: string, headers = ''): string {
  return `GET ${path} HTTP/1.1\r\nHost: shop\r\n${headers}\r\n`;
}

function careless(): never {
  throw new Error('careless');
}

/** What every HTTP adapter has to deliver. */
export function describeHttpServer(platform: Platform): void {
  describe(`HTTP server on ${platform.name}`, () => {
    let telemetry: TelemetryRecorder;
    let app: INestApplication;
    let port: number;

    const start = async ({ http: options, configure, testing = false }: StartOptions = {}): Promise<void> => {
      const module = ShopModule.with(options);
      const adapter = platform.createAdapter();
      if (testing) {
        const compiled = await Test.createTestingModule({ imports: [module] }).compile();
        app = compiled.createNestApplication(adapter, { logger: LOGGED });
      } else {
        app = await NestFactory.create(module, adapter, { logger: LOGGED });
      }
      configure?.(app);
      await app.listen(0, '127.0.0.1');
      port = (app.getHttpServer().address() as AddressInfo).port;
    };
    const get = async (
      path: string,
      init?: RequestInit,
    ): Promise<{ status: number; text: string; headers: Headers }> => {
      const response = await fetch(`http://127.0.0.1:${port}${path}`, init);
      return { status: response.status, text: await response.text(), headers: response.headers };
    };
    /** Sends raw bytes and returns what came back until the server closes the connection. */
    const raw = async (bytes: string): Promise<string> => {
      const socket = net.connect(port, '127.0.0.1');
      let received = '';
      socket.on('data', (data) => (received += data.toString()));
      socket.on('error', () => undefined);
      socket.write(bytes);
      await once(socket, 'close');
      return received;
    };
    /** Sends a request and comes back when the response has begun. */
    const open = async (
      path: string,
    ): Promise<{ request: http.ClientRequest; response: http.IncomingMessage }> => {
      const request = http.get({ port, host: '127.0.0.1', path });
      request.on('error', () => undefined);
      const [response] = (await once(request, 'response')) as [http.IncomingMessage];
      response.on('error', () => undefined);
      return { request, response };
    };
    /** Does to the server what instrumentation-http does: a span around every `request` event. */
    const instrumentServer = (kind: SpanKind): void => {
      const server = app.getHttpServer() as http.Server;
      const emit = server.emit.bind(server) as (...args: unknown[]) => boolean;
      server.emit = (event: string, ...args: unknown[]): boolean => {
        if (event !== 'request') return emit(event, ...args);
        const [request, response] = args as [http.IncomingMessage, http.ServerResponse];
        const parent = propagation.extract(context.active(), request.headers);
        const span = trace.getTracer('instrumentation-http').startSpan('GET', { kind }, parent);
        response.on('close', () => span.end());
        return context.with(trace.setSpan(parent, span), () => emit(event, ...args));
      };
    };
    /** The only server span, once it has ended. */
    const serverSpan = (): Promise<ReadableSpan> => waitForSpan(telemetry, SERVER, PATIENCE);
    /** The server spans, once that many have ended. */
    const serverSpans = async (count: number): Promise<readonly ReadableSpan[]> => {
      await waitForSpans(telemetry, { ...SERVER, count }, PATIENCE);
      return telemetry.findSpans(SERVER);
    };
    const durations = (): Promise<readonly RecordedPoint[]> =>
      telemetry.points('http.server.request.duration');
    /** Codes of the warnings that the application logged. */
    const loggedWarnings = (): (string | undefined)[] =>
      telemetry.logs
        .filter(({ context: logger, level }) => logger === 'Telemetry' && level === 'warn')
        .map(({ message }) => /^\[(\w+)\]/.exec(message)?.[1]);

    beforeAll(() => {
      telemetry = recordTelemetry();
    });
    afterAll(() => telemetry.stop());

    describe('with default options', () => {
      beforeAll(() => start());
      afterAll(() => app.close());
      afterEach(async () => {
        // A span that is still to come would be counted for the next test.
        await sleep(5);
        telemetry.clear();
      });

      it('makes one server span, named by method and route', async () => {
        expect((await get('/users/42')).text).toBe('{"id":"42"}');
        const span = await serverSpan();
        expect(span.name).toBe('GET /users/:id');
        expect(span.kind).toBe(SpanKind.SERVER);
        expect(span.parentSpanContext).toBeUndefined();
        expect(span.status.code).toBe(SpanStatusCode.UNSET);
        expect(span.attributes).toMatchObject({
          'http.request.method': 'GET',
          'http.route': '/users/:id',
          'http.response.status_code': 200,
          'url.scheme': 'http',
          'url.path': '/users/42',
          'network.protocol.version': '1.1',
          'network.peer.address': '127.0.0.1',
          'client.address': '127.0.0.1',
          'server.address': '127.0.0.1',
          'server.port': port,
          'nestjs.controller': 'UserController',
          'nestjs.callback': 'find',
          'code.function.name': 'UserController.find',
        });
        expect(span.attributes).not.toHaveProperty('error.type');
        expect(span.attributes).not.toHaveProperty('nestjs.response.aborted');
      });

      it('makes the spans of the application children of the server span', async () => {
        await get('/users/7');
        const server = await serverSpan();
        expect(telemetry.span('find 7').parentSpanContext?.spanId).toBe(server.spanContext().spanId);
      });

      it('keeps the context across body parsing', async () => {
        const { text } = await get('/users', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ name: 'x'.repeat(60_000) }),
        });
        const server = await serverSpan();
        expect(server.name).toBe('POST /users');
        expect(server.attributes['http.response.status_code']).toBe(201);
        expect(JSON.parse(text).traceId).toBe(server.spanContext().traceId);
        expect(telemetry.span('create').parentSpanContext?.spanId).toBe(server.spanContext().spanId);
      });

      it('keeps the context across a body that arrives in pieces', async () => {
        const request = http.request({
          port,
          host: '127.0.0.1',
          path: '/users',
          method: 'POST',
          headers: { 'content-type': 'application/json' },
        });
        const answered = once(request, 'response') as Promise<[http.IncomingMessage]>;
        request.write('{"name":');
        await sleep(20);
        request.write('"late');
        await sleep(20);
        request.end('comer"}');
        const [response] = await answered;
        response.resume();
        await once(response, 'end');
        const server = await serverSpan();
        expect(telemetry.span('create').parentSpanContext?.spanId).toBe(server.spanContext().spanId);
      });

      it('replaces query values', async () => {
        await get('/users/1?token=hunter2&debug&x=');
        const { attributes } = await serverSpan();
        expect(attributes['url.query']).toBe('token=REDACTED&REDACTED&x=REDACTED');
        expect(JSON.stringify(attributes)).not.toContain('hunter2');
      });

      it.each([
        ['HEAD', '/users/3', 'HEAD /users/:id'],
        ['GET', '/anything', 'GET /anything'],
        ['DELETE', '/anything', 'DELETE /anything'],
        ['OPTIONS', '/preflight', 'OPTIONS /preflight'],
        ['GET', '/files/a/b/c', 'GET /files/*'],
      ])('names %s %s "%s"', async (method, path, name) => {
        expect((await get(path, { method })).status).toBe(200);
        expect((await serverSpan()).name).toBe(name);
      });

      it('names an unmatched request by its method alone and records no exception', async () => {
        expect((await get('/no/such/path/123?secret=1')).status).toBe(404);
        const span = await serverSpan();
        expect(span.name).toBe('GET');
        expect(span.attributes['http.response.status_code']).toBe(404);
        expect(span.attributes).not.toHaveProperty('http.route');
        expect(span.status.code).toBe(SpanStatusCode.UNSET);
        expect(eventsOf(span)).toEqual([]);
      });

      it('calls an uncommon method _OTHER', async () => {
        const answer = await raw('PROPFIND /users/1 HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n');
        expect(answer).toContain('404');
        const span = await serverSpan();
        expect(span.name).toBe('HTTP');
        expect(span.attributes).toMatchObject({
          'http.request.method': '_OTHER',
          'http.request.method_original': 'PROPFIND',
        });
      });

      it('sees nothing of a method that Node refuses to parse', async () => {
        expect(await raw('FROBNICATE / HTTP/1.1\r\nHost: shop\r\n\r\n')).toContain('400 Bad Request');
        expect(telemetry.spanNames).toEqual([]);
      });

      it('answers with the trace id', async () => {
        const { headers } = await get('/users/1');
        const span = await serverSpan();
        expect(headers.get('x-trace-id')).toBe(span.spanContext().traceId);
      });

      it.each(['/streams/three-events', '/streams/file'])(
        'answers with the trace id where the handler writes by itself: %s',
        async (path) => {
          const { headers } = await get(path);
          const span = await serverSpan();
          expect(headers.get('x-trace-id')).toBe(span.spanContext().traceId);
        },
      );

      it('continues the trace of the caller', async () => {
        const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
        await get('/users/1', { headers: { traceparent, tracestate: 'vendor=1' } });
        const span = await serverSpan();
        expect(span.spanContext().traceId).toBe('0af7651916cd43dd8448eb211c80319c');
        expect(span.spanContext().traceState?.get('vendor')).toBe('1');
        expect(span.parentSpanContext).toMatchObject({ spanId: 'b7ad6b7169203331', isRemote: true });
      });

      it('follows a caller who does not sample, and still answers with the trace id', async () => {
        const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00';
        const { headers } = await get('/users/1', { headers: { traceparent } });
        await sleep(20);
        expect(telemetry.spanNames).toEqual([]);
        expect(headers.get('x-trace-id')).toBe('0af7651916cd43dd8448eb211c80319c');
      });

      it('makes no span for an ignored request, nor for anything inside', async () => {
        expect((await get('/health')).text).toBe('ok');
        await sleep(20);
        expect(telemetry.spanNames).toEqual([]);
      });

      it('never mixes the contexts of 200 parallel requests', async () => {
        const ids = Array.from({ length: 200 }, (_, id) => String(id));
        const answers = await Promise.all(ids.map((id) => get(`/users/${id}`)));
        expect(answers.map(({ text }) => JSON.parse(text).id)).toEqual(ids);
        const servers = await serverSpans(200);
        expect(servers).toHaveLength(200);
        for (const server of servers) {
          const id = String(server.attributes['url.path']).slice('/users/'.length);
          expect(telemetry.span(`find ${id}`).parentSpanContext?.spanId).toBe(server.spanContext().spanId);
        }
      });

      it('starts a new trace for each request of a kept-alive connection', async () => {
        const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
        const ports = new Set<number | undefined>();
        for (const id of ['1', '2', '3']) {
          const request = http.get({ port, host: '127.0.0.1', path: `/users/${id}`, agent });
          const [response] = (await once(request, 'response')) as [http.IncomingMessage];
          ports.add(request.socket?.localPort);
          response.resume();
          await once(response, 'end');
        }
        agent.destroy();
        const servers = await serverSpans(3);
        expect(ports.size).toBe(1);
        expect(new Set(servers.map((span) => span.spanContext().traceId)).size).toBe(3);
        expect(servers.every((span) => span.parentSpanContext === undefined)).toBe(true);
      });

      it('tells what each request of a kept-alive connection says of itself', async () => {
        await raw(
          'GET /users/1 HTTP/1.1\r\nHost: one.test\r\nUser-Agent: first\r\n\r\n' +
            'GET /users/2 HTTP/1.1\r\nHost: two.test:81\r\n\r\n' +
            'GET /users/3 HTTP/1.1\r\nHost: two.test:81\r\nConnection: close\r\n\r\n',
        );
        const described = (await serverSpans(3)).map(({ attributes }) => [
          attributes['url.path'],
          attributes['server.address'],
          attributes['server.port'],
          attributes['user_agent.original'],
        ]);
        expect(new Set(described.map((each) => each.join(' ')))).toEqual(
          new Set(['/users/1 one.test  first', '/users/2 two.test 81 ', '/users/3 two.test 81 ']),
        );
      });

      it('makes a span for each pipelined request', async () => {
        await raw(
          requestLine('/users/2') +
            requestLine('/users/1') +
            requestLine('/users/0', 'Connection: close\r\n'),
        );
        const servers = await serverSpans(3);
        for (const server of servers) {
          const id = String(server.attributes['url.path']).slice('/users/'.length);
          expect(telemetry.span(`find ${id}`).parentSpanContext?.spanId).toBe(server.spanContext().spanId);
        }
      });

      it('ends the spans of pipelined requests whose connection goes before their turn', async () => {
        const socket = net.connect(port, '127.0.0.1');
        socket.write(requestLine('/never') + requestLine('/users/1').repeat(12));
        await vi.waitFor(() =>
          expect(telemetry.spanNames.filter((name) => name === 'find 1')).toHaveLength(12),
        );
        socket.destroy();
        const servers = await serverSpans(13);
        expect(servers).toHaveLength(13);
      });

      describe('when a response does not end at once', () => {
        it('ends the span of a streamed file at its last byte', async () => {
          expect((await get('/streams/file')).text).toBe('first second');
          const span = await serverSpan();
          expect(span.name).toBe('GET /streams/file');
          expect(millis(span.duration)).toBeGreaterThanOrEqual(25);
          expect(span.attributes).not.toHaveProperty('nestjs.response.aborted');
        });

        it('ends the span of finished server-sent events at their end', async () => {
          expect((await get('/streams/three-events')).text).toContain('data: c');
          const span = await serverSpan();
          expect(span.name).toBe('GET /streams/three-events');
          expect(span.status.code).toBe(SpanStatusCode.UNSET);
        });

        it('ends the span of server-sent events when the client leaves, without an error', async () => {
          const { request, response } = await open('/streams/events');
          await once(response, 'data');
          expect(telemetry.spanNames).toEqual([]);
          request.destroy();
          const span = await serverSpan();
          expect(span.status.code).toBe(SpanStatusCode.UNSET);
          expect(span.attributes['nestjs.response.aborted']).toBe(true);
          expect(span.attributes).not.toHaveProperty('error.type');
        });

        it('says so when the client leaves in the middle of a response', async () => {
          const { request, response } = await open('/streams/endless');
          await once(response, 'data');
          request.destroy();
          const span = await serverSpan();
          expect(span.attributes).toMatchObject({
            'http.response.status_code': 200,
            'nestjs.response.aborted': true,
          });
          expect(span.status.code).toBe(SpanStatusCode.UNSET);
          expect(eventsOf(span)).toEqual([]);
        });

        it('says so when the client leaves before there is a response', async () => {
          const request = http.get({ port, host: '127.0.0.1', path: '/never' });
          request.on('error', () => undefined);
          await sleep(50);
          request.destroy();
          const span = await serverSpan();
          expect(span.name).toBe('GET /never');
          expect(span.attributes).toMatchObject({ 'nestjs.response.aborted': true });
          expect(span.attributes).not.toHaveProperty('http.response.status_code');
          expect(span.status.code).toBe(SpanStatusCode.UNSET);
        });

        it.each(['broken-bytes', 'broken-objects'])(
          'records a stream that fails half-way: %s',
          async (path) => {
            const { response } = await open(`/streams/${path}`);
            response.resume();
            const span = await serverSpan();
            expect(span.status).toMatchObject({ code: SpanStatusCode.ERROR, message: 'mid-stream' });
            expect(span.attributes['error.type']).toBe('DomainError');
            expect(exceptionsOf(span)).toEqual(['mid-stream']);
          },
        );

        it('records an event stream that fails half-way', async () => {
          expect((await get('/streams/broken-events')).text).toContain('data: one');
          const span = await serverSpan();
          expect(span.status).toMatchObject({ code: SpanStatusCode.ERROR, message: 'mid-events' });
          expect(exceptionsOf(span)).toEqual(['mid-events']);
        });
      });

      describe('when something throws', () => {
        it.each([
          ['/throws/sync', 'boom'],
          ['/throws/async', 'boom'],
          ['/throws/observable', 'boom'],
          ['/throws/guard', 'in guard'],
          ['/throws/pipe-error/1', 'in pipe'],
          ['/throws/interceptor', 'in interceptor'],
          ['/throws/middleware', 'in middleware'],
          ['/throws/next', 'through next'],
        ])('%s makes an error span with one exception', async (path, message) => {
          expect((await get(path)).status).toBe(500);
          const span = await serverSpan();
          expect(span.status).toEqual({ code: SpanStatusCode.ERROR, message });
          expect(span.attributes).toMatchObject({
            'http.response.status_code': 500,
            'error.type': 'DomainError',
          });
          expect(exceptionsOf(span)).toEqual([message]);
          const exception = eventsOf(span).find(({ name }) => name === 'exception');
          expect(exception?.attributes).toMatchObject({
            'exception.type': 'DomainError',
            'exception.stacktrace': expect.stringContaining('shop.module'),
          });
        });

        it('records null, too', async () => {
          expect((await get('/throws/null')).status).toBe(500);
          const span = await serverSpan();
          expect(span.status.code).toBe(SpanStatusCode.ERROR);
          expect(span.attributes['error.type']).toBe('null');
        });

        it('names the controller also when a guard threw before it', async () => {
          await get('/throws/guard');
          expect((await serverSpan()).attributes['code.function.name']).toBe('ThrowingController.guard');
        });

        it.each([
          ['/throws/bad-request', 400, 'BadRequestException'],
          ['/throws/forbidden', 403, 'ForbiddenException'],
          ['/throws/pipe/word', 400, 'BadRequestException'],
        ])('%s (%i) is recorded but is no error of the server', async (path, status, type) => {
          expect((await get(path)).status).toBe(status);
          const span = await serverSpan();
          expect(span.status.code).toBe(SpanStatusCode.UNSET);
          expect(span.attributes).toMatchObject({ 'http.response.status_code': status, 'error.type': type });
          expect(exceptionsOf(span)).toHaveLength(1);
        });

        it('records a body that cannot be parsed without an error status', async () => {
          const { status } = await get('/users', {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: '{',
          });
          expect(status).toBe(400);
          const span = await serverSpan();
          expect(span.status.code).toBe(SpanStatusCode.UNSET);
          expect(exceptionsOf(span)).toHaveLength(1);
        });

        it('counts an HttpException of 500 and above as an error', async () => {
          expect((await get('/throws/unavailable')).status).toBe(503);
          const span = await serverSpan();
          expect(span.status).toEqual({ code: SpanStatusCode.ERROR, message: 'later' });
          expect(span.attributes['error.type']).toBe('ServiceUnavailableException');
        });

        it('counts a response of 500 and above without an exception as an error', async () => {
          expect((await get('/raw-status')).status).toBe(503);
          const span = await serverSpan();
          expect(span.status.code).toBe(SpanStatusCode.ERROR);
          expect(span.attributes['error.type']).toBe('503');
          expect(eventsOf(span)).toEqual([]);
        });

        it('records what a filter throws after what it was given', async () => {
          expect((await get('/throws/filter')).status).toBe(500);
          const span = await serverSpan();
          expect(exceptionsOf(span)).toEqual(['before filter', 'in filter']);
          expect(span.attributes['error.type']).toBe('TypeError');
        });

        it('records an error that a filter answers', async () => {
          expect((await get('/throws/teapot')).status).toBe(418);
          const span = await serverSpan();
          expect(exceptionsOf(span)).toEqual(['handled']);
          expect(span.attributes['http.response.status_code']).toBe(418);
        });
      });
    });

    describe('metrics', () => {
      beforeAll(() => start());
      afterAll(() => app.close());
      afterEach(() => telemetry.clear());

      it('records one duration with the route, and only low-cardinality attributes', async () => {
        const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00';
        const count = async (): Promise<number> => {
          const points = await durations();
          return points
            .filter(
              ({ attributes }) =>
                attributes['http.route'] === '/anything' && attributes['http.request.method'] === 'PUT',
            )
            .reduce((sum, point) => sum + (point.count ?? 0), 0);
        };
        // A request that is not sampled is measured all the same.
        await get('/anything', { method: 'PUT', headers: { traceparent } });
        await vi.waitFor(async () => expect(await count()).toBe(1));
        const point = (await durations()).find(
          ({ attributes }) => attributes['http.request.method'] === 'PUT',
        );
        expect(point?.attributes).toEqual({
          'http.request.method': 'PUT',
          'http.route': '/anything',
          'http.response.status_code': 200,
          'url.scheme': 'http',
          'network.protocol.version': '1.1',
        });
        expect(point?.sum).toBeLessThan(5);
      });

      it('carries error.type for errors of the server only', async () => {
        await get('/throws/sync');
        await get('/throws/bad-request');
        await serverSpans(2);
        const typeOf = async (route: string): Promise<unknown> =>
          (await durations()).find(({ attributes }) => attributes['http.route'] === route)?.attributes[
            'error.type'
          ];
        expect(await typeOf('/throws/sync')).toBe('DomainError');
        expect(await typeOf('/throws/bad-request')).toBeUndefined();
      });

      it('measures neither ignored requests nor raw paths', async () => {
        await get('/health');
        await get('/who/is/there');
        await serverSpan();
        expect(JSON.stringify(await durations())).not.toMatch(/health|who/);
      });
    });

    describe('configuration', () => {
      afterEach(async () => {
        await app.close();
        telemetry.clear();
      });

      it('includes global prefix and URI version in the route', async () => {
        await start({
          configure: (nest) => nest.setGlobalPrefix('api').enableVersioning({ type: VersioningType.URI }),
        });
        expect((await get('/api/v2/versioned/9')).text).toBe('9');
        expect((await serverSpan()).name).toBe('GET /api/v2/versioned/:id');
        telemetry.clear();
        expect((await get('/api/nothing/here')).status).toBe(404);
        expect((await serverSpan()).name).toBe('GET');
      });

      it.each([
        ['header', { type: VersioningType.HEADER, header: 'x-version' } as const, { 'x-version': '2' }],
        [
          'media type',
          { type: VersioningType.MEDIA_TYPE, key: 'v=' } as const,
          { accept: 'application/json;v=2' },
        ],
      ])('knows the route with %s versioning', async (_name, versioning, headers) => {
        await start({ configure: (nest) => nest.enableVersioning(versioning) });
        expect((await get('/versioned/9', { headers })).status).toBe(200);
        expect((await serverSpan()).name).toBe('GET /versioned/:id');
      });

      it('works in an application made by the testing module', async () => {
        await start({ testing: true });
        await get('/users/5');
        const server = await serverSpan();
        expect(server.name).toBe('GET /users/:id');
        expect(telemetry.span('find 5').parentSpanContext?.spanId).toBe(server.spanContext().spanId);
      });

      it('knows routes that were registered past Nest', async () => {
        await start({
          configure: (nest) => {
            const adapter = nest.getHttpAdapter();
            adapter.get('/past/:id', (_request: unknown, response: { send(body: string): unknown }) => {
              response.send('past');
            });
          },
        });
        expect((await get('/past/1')).text).toBe('past');
        expect((await serverSpan()).name).toBe('GET /past/:id');
      });

      it('uses the span name function, and its own name when that throws', async () => {
        await start({
          http: {
            spanName: ({ method, route, path }) => {
              if (path === '/anything') throw new Error('no name');
              return `${method} <${route}>`;
            },
          },
        });
        await get('/users/1');
        await get('/anything');
        const servers = await serverSpans(2);
        expect(servers.map((span) => span.name)).toEqual(['GET </users/:id>', 'GET /anything']);
        expect(loggedWarnings()).toEqual(['NT_USER_CODE_FAILED']);
      });

      it('goes on when the ignore function or the classifier throws', async () => {
        await start({ http: { ignore: careless, isError: careless } });
        expect((await get('/throws/bad-request')).status).toBe(400);
        expect((await serverSpan()).name).toBe('GET /throws/bad-request');
        expect(loggedWarnings()).toEqual(['NT_USER_CODE_FAILED', 'NT_USER_CODE_FAILED']);
      });

      it('lets the classifier decide what an error is', async () => {
        await start({ http: { isError: (error) => (error as Error).message === 'name is missing' } });
        await get('/throws/bad-request');
        await get('/throws/sync');
        const [bad, sync] = await serverSpans(2);
        expect(bad?.status.code).toBe(SpanStatusCode.ERROR);
        expect(sync?.status.code).toBe(SpanStatusCode.UNSET);
      });

      it('records the headers of the allow-list and no others', async () => {
        await start({
          http: { captureRequestHeaders: ['X-Tenant'], captureResponseHeaders: ['content-type'] },
        });
        await get('/users/1', { headers: { 'x-tenant': 'acme', authorization: 'Bearer hunter2' } });
        const { attributes } = await serverSpan();
        expect(attributes['http.request.header.x-tenant']).toEqual(['acme']);
        expect(attributes['http.response.header.content-type']).toEqual([
          expect.stringContaining('application/json'),
        ]);
        expect(JSON.stringify(attributes)).not.toContain('hunter2');
      });

      it('sends no trace id when that is turned off', async () => {
        await start({ http: { responseHeader: false } });
        expect((await get('/users/1')).headers.has('x-trace-id')).toBe(false);
        await serverSpan();
      });

      it('leaves nothing behind when it is uninstalled', async () => {
        await start();
        await app.close();
        const { ExceptionsHandler } = await import('@nestjs/core/exceptions/exceptions-handler.js');
        expect(ExceptionsHandler.prototype.next.toString()).toContain('invokeCustomFilters');
        expect(Object.keys(app.getHttpAdapter())).not.toContain('setOnRequestHook');
      });
    });

    describe('beside others', () => {
      afterEach(async () => {
        await app.close();
        telemetry.clear();
      });

      type HookDone = () => void;
      const hookInto =
        (calls: string[], label: string) => (_request: unknown, _response: unknown, done: HookDone) => {
          calls.push(`${label} in ${trace.getActiveSpan() === undefined ? 'no' : 'a'} span`);
          done();
        };

      it('calls the hooks that were there before', async () => {
        const calls: string[] = [];
        await start({
          configure: (nest) => {
            const adapter = nest.getHttpAdapter() as AbstractHttpAdapter;
            adapter.setOnRequestHook(hookInto(calls, 'request'));
            adapter.setOnRouteTriggered((_method, path) => calls.push(`route ${path}`));
          },
        });
        await get('/users/1');
        expect((await serverSpan()).name).toBe('GET /users/:id');
        expect(calls).toEqual(['request in a span', 'route /users/:id']);
      });

      it('stays when another library takes the slot later, calls it, and says so', async () => {
        const calls: string[] = [];
        await start();
        const adapter = app.getHttpAdapter() as AbstractHttpAdapter;
        adapter.setOnRequestHook(hookInto(calls, 'later'));
        await get('/users/1');
        expect((await serverSpan()).name).toBe('GET /users/:id');
        expect(calls).toEqual(['later in a span']);
        expect(loggedWarnings()).toEqual(['NT_HOOK_REPLACED']);
      });

      it('makes one span when the later owner calls ours as well', async () => {
        await start();
        const adapter = app.getHttpAdapter() as AbstractHttpAdapter & {
          onRequestHook: (request: unknown, response: unknown, done: HookDone) => void;
        };
        const earlier = adapter.onRequestHook;
        adapter.setOnRequestHook((request: unknown, response: unknown, done: HookDone) =>
          earlier.call(adapter, request, response, done),
        );
        expect((await get('/users/1')).status).toBe(200);
        await serverSpan();
      });

      it("decorates another library's server span instead of making a second one", async () => {
        await start();
        instrumentServer(SpanKind.SERVER);
        await get('/throws/sync');
        const server = await serverSpan();
        expect(server.instrumentationScope.name).toBe('instrumentation-http');
        expect(server.name).toBe('GET /throws/sync');
        expect(server.attributes).toMatchObject({
          'http.route': '/throws/sync',
          'http.response.status_code': 500,
          'nestjs.callback': 'sync',
        });
        expect(server.status.code).toBe(SpanStatusCode.ERROR);
        expect(exceptionsOf(server)).toEqual(['boom']);
      });

      it('makes no span of its own beside a server span that is not sampled', async () => {
        await start();
        instrumentServer(SpanKind.SERVER);
        const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00';
        await get('/users/1', { headers: { traceparent } });
        await get('/users/1', { headers: { traceparent } });
        await sleep(20);
        expect(telemetry.spanNames).toEqual([]);
      });

      it('starts new traces although the application was started inside a span', async () => {
        const tracer = trace.getTracer('main');
        await tracer.startActiveSpan('bootstrap', async (span) => {
          await start();
          span.end();
        });
        await get('/users/1');
        await get('/users/2');
        const servers = await serverSpans(2);
        expect(servers.map((server) => server.parentSpanContext)).toEqual([undefined, undefined]);
      });
    });
  });
}
