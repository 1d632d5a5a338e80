import type { INestApplication } from '@nestjs/common';
import { NestFactory, type AbstractHttpAdapter } from '@nestjs/core';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { recordTelemetry, waitForSpans, type TelemetryRecorder } from 'nest-telemetry/testing';
import 'nest-telemetry/testing/vitest';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { TelemetryOptions } from 'nest-telemetry';
import { exceptionsOf } from '../http/span-details.js';
import type { Answer, ChatClient, Connect } from './chat.clients.js';
import { ChatModule, seen } from './chat.module.js';

/** An adapter for HTTP and one for WebSockets, under test together. */
export interface Platform {
  readonly name: string;
  /** `messaging.system.name` of its spans. */
  readonly system: 'socket.io' | 'websocket';
  /** What it says of a client that closes the connection. */
  readonly reason: string;
  createAdapter(): AbstractHttpAdapter;
  /** Sets the WebSocket adapter, unless it is the one Nest takes. */
  configure(app: INestApplication): void;
  readonly connect: Connect;
}

const TRACE_ID = '12345678901234567890123456789012';
const SPAN_ID = '1234567890123456';
const CALLER = { traceparent: `00-${TRACE_ID}-${SPAN_ID}-01`, baggage: 'tenant=acme' };

/** What gateways have to deliver whoever carries the messages. */
export function describeGateway(platform: Platform): void {
  describe(`WebSocket gateways on ${platform.name}`, () => {
    let telemetry: TelemetryRecorder;
    let app: INestApplication;
    let origin: string;
    const clients: ChatClient[] = [];

    const start = async (options: TelemetryOptions = {}): Promise<void> => {
      const traces = { http: { client: false }, ...options.traces };
      app = await NestFactory.create(ChatModule.with({ ...options, traces }), platform.createAdapter(), {
        logger: ['warn'],
      });
      platform.configure(app);
      await app.listen(0, '127.0.0.1');
      origin = `127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}`;
    };
    const connect = async (headers?: Record<string, string>): Promise<ChatClient> => {
      const client = await platform.connect(origin, headers);
      clients.push(client);
      return client;
    };
    /** Sends a message and waits for so many answers. */
    const ask = async (
      client: ChatClient,
      event: string,
      data?: unknown,
      count = 1,
    ): Promise<readonly Answer[]> => {
      const before = client.received.length;
      client.send(event, data);
      await vi.waitFor(() => expect(client.received.length).toBeGreaterThanOrEqual(before + count), {
        timeout: 5000,
      });
      return client.received.slice(before);
    };
    /** The spans of that name, once there are that many. */
    const named = async (name: string, count = 1): Promise<ReadableSpan[]> => {
      const found = (): ReadableSpan[] => telemetry.spans.filter((span) => span.name === name);
      await waitForSpans(telemetry, () => found().length >= count, 5000);
      return found();
    };
    const only = async (name: string): Promise<ReadableSpan> => {
      const [span, ...more] = await named(name);
      if (span === undefined || more.length > 0) throw new Error(`exactly one ${name} was expected`);
      return span;
    };

    beforeAll(() => {
      telemetry = recordTelemetry();
    });
    afterAll(() => telemetry.stop());
    afterEach(async () => {
      const connected = telemetry.spans.filter(({ name }) => name === 'websocket connect').length;
      await Promise.all(clients.splice(0).map((client) => client.close()));
      // Their spans would be counted for the next test.
      await named('websocket disconnect', connected);
      expect(telemetry.openSpans).toEqual([]);
      telemetry.clear();
      seen.length = 0;
    });

    describe('with default options', () => {
      beforeAll(() => start());
      afterAll(() => app.close());

      it('makes one span per message, in a trace of its own that is linked with the connection', async () => {
        const client = await connect();
        expect(await ask(client, 'say', 'hello')).toEqual([{ event: 'said', data: 'hello' }]);
        const connection = await only('websocket connect');
        const message = await only('process say');
        expect(telemetry).toHaveSpan('process say', {
          count: 1,
          kind: SpanKind.CONSUMER,
          status: 'unset',
          parent: null,
          links: [connection],
          attributes: {
            'messaging.system.name': platform.system,
            'messaging.operation.name': 'process',
            'messaging.operation.type': 'process',
            'messaging.destination.name': 'say',
            'code.function.name': 'ChatGateway.say',
          },
        });
        expect(message.spanContext().traceId).not.toBe(connection.spanContext().traceId);
        expect(telemetry).toHaveSpan('store', { parent: message });
      });

      it('measures the message with few attributes', async () => {
        const client = await connect();
        await ask(client, 'say', 'hello');
        await only('process say');
        const { points } = await telemetry.metric('messaging.process.duration');
        expect(points).toContainEqual(
          expect.objectContaining({
            attributes: {
              'messaging.system.name': platform.system,
              'messaging.operation.name': 'process',
              'messaging.destination.name': 'say',
            },
          }),
        );
      });

      it('is active in guards, pipes, interceptors, handlers and request-scoped gateways', async () => {
        const client = await connect();
        await ask(client, 'enhanced', '7');
        const { spanId } = (await only('process enhanced')).spanContext();
        const inside = seen.filter(({ where }) => where !== 'second connection');
        expect(inside.map(({ where }) => where).toSorted()).toEqual([
          'guard',
          'handler',
          'interceptor',
          'pipe',
        ]);
        expect(new Set(inside.map((each) => each.spanId))).toEqual(new Set([spanId]));
        await ask(client, 'visit');
        expect(seen.at(-1)).toEqual({
          where: 'request-scoped',
          spanId: (await only('process visit')).spanContext().spanId,
        });
      });

      it('lasts until the last of several answers', async () => {
        const client = await connect();
        await ask(client, 'count', undefined, 3);
        const { duration } = await only('process count');
        expect(duration[0] * 1000 + duration[1] / 1e6).toBeGreaterThan(2);
      });

      it('ends an endless answer with the connection', async () => {
        const client = await connect();
        await ask(client, 'follow', undefined, 2);
        expect(telemetry.spans.map(({ name }) => name)).not.toContain('process follow');
        await client.close();
        expect((await only('process follow')).status.code).toBe(SpanStatusCode.UNSET);
      });

      it.each([
        ['a WsException', 'ws', 'unset', 'WsException', 'room is full'],
        ['an HttpException below 500', 'http', 'unset', 'BadRequestException', 'no such room'],
        ['any other error', 'other', 'error', 'TypeError', 'room broke'],
        ['an error of an Observable', 'stream', 'error', 'RangeError', 'stream broke'],
      ] as const)('records %s, which a filter answers', async (_what, how, status, type, message) => {
        const client = await connect();
        expect((await ask(client, 'fail', how))[0]?.event).toBe('exception');
        await only('process fail');
        expect(telemetry).toHaveSpan('process fail', {
          status,
          attributes: { 'error.type': type },
          events: [{ name: 'exception', attributes: { 'exception.message': message } }],
        });
        expect(exceptionsOf(await only('process fail'))).toHaveLength(1);
        expect(seen).toContainEqual(expect.objectContaining({ where: 'filter' }));
        const { points } = await telemetry.metric('messaging.process.duration');
        const failed = points.filter(({ attributes }) => attributes['error.type'] === type);
        expect(failed).toHaveLength(status === 'error' ? 1 : 0);
      });

      it('records a guard that refuses and a pipe that throws', async () => {
        const client = await connect();
        await ask(client, 'secret');
        await ask(client, 'enhanced', 'seven');
        await named('process enhanced');
        expect(telemetry).toHaveSpan('process secret', {
          status: 'unset',
          attributes: { 'error.type': 'WsException', 'code.function.name': 'ChatGateway.secret' },
          events: [{ name: 'exception', attributes: { 'exception.message': 'Forbidden resource' } }],
        });
        expect(telemetry).toHaveSpan('process enhanced', {
          status: 'unset',
          attributes: { 'error.type': 'BadRequestException' },
        });
      });

      it('shows a client that is sent away at once, and does not count it', async () => {
        await connect({ 'x-unwelcome': '1' });
        const connection = await only('websocket connect');
        await named('websocket disconnect');
        expect(telemetry).toHaveSpan('websocket disconnect', { count: 1, links: [connection] });
        const { points } = await telemetry.metric('nestjs.websocket.active_connections');
        expect(points.at(-1)?.value).toBe(0);
      });

      it('shows a client that comes, once for all gateways, and one that goes, with the reason', async () => {
        const client = await connect();
        const connection = await only('websocket connect');
        expect(telemetry).toHaveSpan('websocket connect', {
          kind: SpanKind.SERVER,
          parent: null,
          attributes: { 'messaging.system.name': platform.system, 'client.address': '127.0.0.1' },
        });
        expect(telemetry).toHaveSpan('welcome', { parent: connection, count: 1 });
        expect(seen).toEqual([{ where: 'second connection', spanId: connection.spanContext().spanId }]);
        await client.close();
        const gone = await only('websocket disconnect');
        expect(telemetry).toHaveSpan('websocket disconnect', {
          kind: SpanKind.INTERNAL,
          parent: null,
          links: [connection],
          attributes: { 'nestjs.websocket.disconnect.reason': platform.reason },
        });
        expect(telemetry).toHaveSpan('farewell', { parent: gone });
      });

      it('counts the connections there are', async () => {
        const count = async (): Promise<unknown> => {
          const { points } = await telemetry.metric('nestjs.websocket.active_connections');
          return points.find(({ attributes }) => attributes['messaging.system.name'] === platform.system)
            ?.value;
        };
        const first = await connect();
        await connect();
        await named('websocket connect', 2);
        expect(await count()).toBe(2);
        await first.close();
        await only('websocket disconnect');
        expect(await count()).toBe(1);
      });

      it('continues the trace of the handshake with the connection only, and its baggage with every message', async () => {
        const client = await connect(CALLER);
        expect(await ask(client, 'tenant')).toEqual([{ event: 'tenant', data: 'acme' }]);
        const connection = await only('websocket connect');
        expect(connection.spanContext().traceId).toBe(TRACE_ID);
        expect(connection.parentSpanContext?.spanId).toBe(SPAN_ID);
        const message = await only('process tenant');
        expect(message.spanContext().traceId).not.toBe(TRACE_ID);
        expect(message.links.map((link) => link.context.spanId)).toEqual([connection.spanContext().spanId]);
      });

      it('takes no harm from a handshake with malformed context', async () => {
        const client = await connect({ traceparent: '00-zz-1', tracestate: '=,=', baggage: '%%%,;;=;' });
        expect(await ask(client, 'tenant')).toEqual([{ event: 'tenant', data: 'none' }]);
        expect((await only('websocket connect')).parentSpanContext).toBeUndefined();
      });

      it('takes large and strange messages without recording what is in them', async () => {
        const client = await connect();
        const large = 'my-secret'.repeat(100_000);
        const [answer] = await ask(client, 'say', large);
        expect(answer?.data).toBe(large);
        client.send('nobody listens', { a: 1 });
        client.send('__proto__', null);
        await ask(client, 'say', null);
        await ask(client, 'say', { deep: [[[[1]]]] });
        const messages = await named('process say', 3);
        expect(telemetry.spans.filter(({ kind }) => kind === SpanKind.CONSUMER)).toHaveLength(3);
        expect(JSON.stringify(messages.map(({ attributes }) => attributes))).not.toContain('secret');
      });

      it('never mixes a hundred messages at the same time', async () => {
        const all = await Promise.all(Array.from({ length: 10 }, () => connect()));
        await Promise.all(
          all.flatMap((client, at) => {
            const before = client.received.length;
            for (let n = 0; n < 10; n += 1) client.send('say', `${at}-${n}`);
            return vi.waitFor(() => expect(client.received).toHaveLength(before + 10), { timeout: 5000 });
          }),
        );
        const messages = await named('process say', 100);
        expect(new Set(messages.map((span) => span.spanContext().traceId)).size).toBe(100);
        const stores = telemetry.spans.filter(({ name }) => name === 'store');
        expect(new Set(stores.map((span) => span.attributes['chat.text'])).size).toBe(100);
        expect(new Set(stores.map((span) => span.parentSpanContext?.spanId))).toEqual(
          new Set(messages.map((span) => span.spanContext().spanId)),
        );
        // Ten for each connection, and none with two links.
        const links = messages.map((span) => span.links.map((link) => link.context.spanId).join());
        expect(new Set(links).size).toBe(10);
      });

      it('sees handlers of every gateway that shares the server once', async () => {
        const client = await connect();
        await ask(client, 'second');
        await only('process second');
        expect(telemetry).toHaveSpan('process second', {
          count: 1,
          attributes: { 'code.function.name': 'SecondGateway.second' },
        });
      });
    });

    it('lets nothing of a stranger in where traces restart, but a link', async () => {
      await start({ propagation: { inbound: 'restart' } });
      const client = await connect(CALLER);
      expect(await ask(client, 'tenant')).toEqual([{ event: 'tenant', data: 'none' }]);
      const connection = await only('websocket connect');
      expect(connection.spanContext().traceId).not.toBe(TRACE_ID);
      expect(connection.links.map((link) => link.context.traceId)).toEqual([TRACE_ID]);
      await client.close();
      await named('websocket disconnect');
      await app.close();
    });

    it('asks traces.websockets.isError', async () => {
      await start({ traces: { websockets: { isError: () => true } } });
      const client = await connect();
      await ask(client, 'fail', 'ws');
      await only('process fail');
      expect(telemetry).toHaveSpan('process fail', {
        status: 'error',
        attributes: { 'error.type': 'WsException' },
      });
      await client.close();
      await named('websocket disconnect');
      await app.close();
    });

    it('makes nothing when telemetry is off', async () => {
      await start({ enabled: false });
      const client = await connect(CALLER);
      expect(await ask(client, 'say', 'hello')).toEqual([{ event: 'said', data: 'hello' }]);
      expect(telemetry.spans).toEqual([]);
      await client.close();
      await app.close();
    });

    it('makes no span twice when two applications run, and goes on when one has stopped', async () => {
      await start();
      const first = app;
      await start();
      await first.close();
      const client = await connect();
      await ask(client, 'say', 'hello');
      expect((await only('process say')).status.code).toBe(SpanStatusCode.UNSET);
      expect((await only('websocket connect')).status.code).toBe(SpanStatusCode.UNSET);
      await client.close();
      await named('websocket disconnect');
      await app.close();
    });
  });
}
