import { Metadata } from '@grpc/grpc-js';
import { context, propagation, SpanKind, SpanStatusCode, trace, type SpanContext } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { recordTelemetry, type TelemetryRecorder } from 'nest-telemetry/testing';
import { firstValueFrom, lastValueFrom, NEVER, retry, take, timer, toArray, concat } from 'rxjs';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { eventsOf, exceptionsOf } from '../http/span-details.js';
import { queries, type Item, type Shop } from './shop.controller.js';
import { freeUrl, startClient, type SetUp } from './testing-harness.js';

/** What holds for a gRPC server of Nest, however it is started, and for a client of it. */
export function describeGrpc(setUp: SetUp): void {
  describe(`gRPC with ${setUp.name}`, () => {
    let telemetry: TelemetryRecorder;
    let shop: Shop;
    let port: number;
    const closing: (() => Promise<void>)[] = [];

    const ofKind = (kind: SpanKind): ReadableSpan[] => telemetry.spans.filter((span) => span.kind === kind);
    /** The client and the server span of the only call, when both have ended. */
    const call = (): Promise<{ client: ReadableSpan; server: ReadableSpan }> =>
      vi.waitFor(() => {
        const [client, ...clients] = ofKind(SpanKind.CLIENT);
        const [server, ...servers] = ofKind(SpanKind.SERVER);
        if (!client || !server)
          throw new Error(`not ended: ${telemetry.openSpans.map((span) => span.name).join(', ')}`);
        expect([...clients, ...servers]).toEqual([]);
        return { client, server };
      });
    const inParent = async <T>(run: () => Promise<T>): Promise<{ parent: SpanContext; result: T }> =>
      trace.getTracer('spec').startActiveSpan('parent', async (span) => {
        const result = await run();
        span.end();
        return { parent: span.spanContext(), result };
      });

    beforeAll(async () => {
      telemetry = recordTelemetry();
      const url = await freeUrl();
      port = Number(url.split(':')[1]);
      const server = await setUp.start(url);
      const client = await startClient(url);
      ({ shop } = client);
      closing.push(
        () => client.close(),
        () => server.close(),
      );
    });
    afterEach(async () => {
      // A call that is still going on would be counted for the next test.
      await vi.waitFor(() => expect(telemetry.openSpans).toEqual([]));
      telemetry.clear();
    });
    afterAll(async () => {
      for (const close of closing) await close();
      await telemetry.stop();
    });

    it('makes one client span below the active one, one server span below that, and the work below both', async () => {
      const { parent, result } = await inParent(() => firstValueFrom(shop.find({ id: '7' })));
      const { client, server } = await call();
      expect(client).toMatchObject({
        name: 'shop.v1.Shop/Find',
        parentSpanContext: { spanId: parent.spanId },
        status: { code: SpanStatusCode.UNSET },
        attributes: {
          'rpc.system.name': 'grpc',
          'rpc.method': 'shop.v1.Shop/Find',
          'rpc.status_code': 'OK',
          'server.address': '127.0.0.1',
          'server.port': port,
        },
      });
      expect(server).toMatchObject({
        name: 'shop.v1.Shop/Find',
        parentSpanContext: { spanId: client.spanContext().spanId, isRemote: true },
        status: { code: SpanStatusCode.UNSET },
        attributes: {
          'rpc.system.name': 'grpc',
          'rpc.method': 'shop.v1.Shop/Find',
          'rpc.status_code': 'OK',
          'server.address': '127.0.0.1',
          'server.port': port,
          'network.peer.address': '127.0.0.1',
        },
      });
      expect(telemetry.span('work 7').parentSpanContext?.spanId).toBe(server.spanContext().spanId);
      expect(result.traceId).toBe(parent.traceId);
    });

    it('measures both sides by method and status, with nothing of the peer on the server', async () => {
      await firstValueFrom(shop.find({ id: '7' }));
      await call();
      const common = {
        'rpc.system.name': 'grpc',
        'rpc.method': 'shop.v1.Shop/Find',
        'rpc.status_code': 'OK',
      };
      const { points: served } = await telemetry.metric('rpc.server.call.duration');
      expect(served).toMatchObject([{ attributes: common, count: 1 }]);
      expect(Object.keys(served[0]?.attributes ?? {})).toEqual(Object.keys(common));
      const { points: called } = await telemetry.metric('rpc.client.call.duration');
      expect(called).toMatchObject([
        { attributes: { ...common, 'server.address': '127.0.0.1', 'server.port': port }, count: 1 },
      ]);
    });

    it('makes a span per subscription, and none of a call that nobody subscribes to', async () => {
      const found = shop.find({ id: '7' });
      expect(telemetry.openSpans).toEqual([]);
      await lastValueFrom(concat(found, found));
      await vi.waitFor(() => expect(ofKind(SpanKind.SERVER)).toHaveLength(2));
      expect(ofKind(SpanKind.CLIENT)).toHaveLength(2);
    });

    it('makes a span per attempt of a retry', async () => {
      await expect(firstValueFrom(shop.find({ id: 'rpc:14' }).pipe(retry(2)))).rejects.toThrow(
        '14 UNAVAILABLE',
      );
      await vi.waitFor(() => expect(ofKind(SpanKind.SERVER)).toHaveLength(3));
      expect(ofKind(SpanKind.CLIENT)).toHaveLength(3);
    });

    it('sends baggage that may be sent', async () => {
      const baggage = propagation.createBaggage({ tenant: { value: 'acme' }, secret: { value: 'x' } });
      const { tenant } = await context.with(propagation.setBaggage(context.active(), baggage), () =>
        firstValueFrom(shop.find({ id: '7' })),
      );
      expect(tenant).toBe('acme');
    });

    it('sends the metadata of the application along and leaves it alone', async () => {
      const metadata = new Metadata();
      metadata.set('baggage', 'tenant=own');
      const baggage = propagation.createBaggage({ tenant: { value: 'acme' } });
      const { tenant } = await context.with(propagation.setBaggage(context.active(), baggage), () =>
        firstValueFrom(shop.find({ id: '7' }, metadata)),
      );
      expect(tenant).toBe('own');
      expect(metadata.toJSON()).toEqual({ baggage: ['tenant=own'] });
      await call();
    });

    it.each([
      ['server', 'Watch', () => shop.watch({ id: 'x:3' }), 3],
      ['client', 'Total', () => shop.total(queries('1', '2', '3')), 1],
      ['bidirectional', 'Chat', () => shop.chat(queries('1', '2')), 2],
      ['client (call handler)', 'TotalCall', () => shop.totalCall(queries('1', '2', '3')), 1],
      ['bidirectional (call handler)', 'ChatCall', () => shop.chatCall(queries('1', '2')), 2],
    ] as const)('follows a %s stream to its end, its messages in context', async (_, method, open, count) => {
      const { parent, result } = await inParent(() => lastValueFrom(open().pipe(toArray())));
      const { client, server } = await call();
      expect([client.name, server.name]).toEqual([`shop.v1.Shop/${method}`, `shop.v1.Shop/${method}`]);
      expect(server.parentSpanContext?.spanId).toBe(client.spanContext().spanId);
      expect(client.attributes['rpc.status_code']).toBe('OK');
      expect(server.attributes['rpc.status_code']).toBe('OK');
      expect(result.map(({ traceId }: Item) => traceId)).toEqual(Array(count).fill(parent.traceId));
      for (const span of telemetry.spans.filter(({ name }) => name.startsWith('work '))) {
        expect(span.parentSpanContext?.spanId).toBe(server.spanContext().spanId);
      }
    });

    it('gives values to their subscriber in the context it subscribed in', async () => {
      const seen: (string | undefined)[] = [];
      const note = (): void => void seen.push(trace.getActiveSpan()?.spanContext().spanId);
      const { parent } = await inParent(
        () =>
          new Promise<void>((resolve) => {
            shop.watch({ id: 'x:2' }).subscribe({
              next: note,
              complete() {
                note();
                resolve();
              },
            });
          }),
      );
      expect(seen).toEqual([parent.spanId, parent.spanId, parent.spanId]);
      await call();
    });

    it.each([
      ['rpc:5', 'NOT_FOUND', false, 'code 5'],
      ['rpc:3', 'INVALID_ARGUMENT', false, 'code 3'],
      ['rpc:14', 'UNAVAILABLE', true, 'code 14'],
      ['rpc:15', 'DATA_LOSS', true, 'code 15'],
      ['error', 'UNKNOWN', true, 'secret of the house'],
      ['http', 'UNKNOWN', true, 'no such item'],
      ['soldOut', 'FAILED_PRECONDITION', false, 'socks'],
      ['guard', 'UNKNOWN', true, 'Forbidden resource'],
      ['interceptor', 'UNKNOWN', true, 'interceptor'],
      ['pipe', 'INVALID_ARGUMENT', false, 'id is bad'],
    ])('records "%s" as %s with the exception that was thrown', async (id, code, isFault, message) => {
      await expect(firstValueFrom(shop.find({ id }))).rejects.toThrow(Error);
      const { client, server } = await call();
      expect(server.attributes['rpc.status_code']).toBe(code);
      expect(server.status.code).toBe(isFault ? SpanStatusCode.ERROR : SpanStatusCode.UNSET);
      expect(server.attributes['error.type']).toBe(isFault ? code : undefined);
      expect(exceptionsOf(server)).toEqual([message]);
      expect(client.attributes).toMatchObject({ 'rpc.status_code': code, 'error.type': code });
      expect(client.status.code).toBe(SpanStatusCode.ERROR);
      const { points } = await telemetry.metric('rpc.server.call.duration');
      expect(points.map(({ attributes }) => attributes['error.type'])).toEqual([isFault ? code : undefined]);
    });

    it('takes an answer that cannot be serialised for what the client is told', async () => {
      await expect(firstValueFrom(shop.find({ id: 'unserialisable' }))).rejects.toThrow('13 INTERNAL');
      const { server } = await call();
      expect(server.attributes['rpc.status_code']).toBe('INTERNAL');
      expect(server.status.code).toBe(SpanStatusCode.ERROR);
    });

    it('records a stream that fails half way', async () => {
      await expect(lastValueFrom(shop.watch({ id: 'fails' }))).rejects.toThrow(Error);
      const { client, server } = await call();
      expect(server.attributes['rpc.status_code']).toBe('UNKNOWN');
      expect(eventsOf(server)).toContainEqual({
        name: 'exception',
        attributes: expect.objectContaining({ 'exception.type': 'RangeError' }) as unknown,
      });
      expect(client.attributes['rpc.status_code']).toBe('UNKNOWN');
    });

    it.each([
      ['Chat', () => shop.chat(queries('rpc:5')), 'NOT_FOUND'],
      ['TotalCall', () => shop.totalCall(queries('bad')), 'INVALID_ARGUMENT'],
      ['ChatCall', () => shop.chatCall(queries('bad')), 'INTERNAL'],
    ])('records what goes wrong in the stream of %s', async (_, open, code) => {
      await expect(lastValueFrom(open())).rejects.toThrow(Error);
      const { client, server } = await call();
      expect(client.attributes['rpc.status_code']).toBe(code);
      expect(server.attributes['rpc.status_code']).toBe(code);
      expect(exceptionsOf(server)).toHaveLength(1);
    });

    it('ends both spans when the client unsubscribes', async () => {
      await firstValueFrom(shop.watch({ id: 'x:1000' }).pipe(take(1)));
      const { client, server } = await call();
      expect(client.attributes['rpc.status_code']).toBe('CANCELLED');
      expect(server.attributes['rpc.status_code']).toBe('CANCELLED');
      expect(server.status.code).toBe(SpanStatusCode.UNSET);
    });

    it('ends both spans of a unary call that is given up', async () => {
      const subscription = shop.find({ id: 'slow:500' }).subscribe({ error: () => undefined });
      await vi.waitFor(() => expect(telemetry.openSpans).toHaveLength(2));
      subscription.unsubscribe();
      const { client, server } = await call();
      expect(client.attributes['rpc.status_code']).toBe('CANCELLED');
      expect(server.attributes['rpc.status_code']).toBe('CANCELLED');
      await vi.waitFor(() => telemetry.span('work slow:500'));
    });

    it('ends both spans when the deadline passes', async () => {
      const deadline = new Date(Date.now() + 250);
      const late = shop.find({ id: 'slow:500' }, new Metadata(), { deadline });
      await expect(firstValueFrom(late)).rejects.toThrow('4 DEADLINE_EXCEEDED');
      const { client, server } = await call();
      expect(client.attributes['rpc.status_code']).toBe('DEADLINE_EXCEEDED');
      // On a busy machine the client gives up before the server could know why.
      expect(server.attributes['rpc.status_code']).toMatch(/^(DEADLINE_EXCEEDED|CANCELLED)$/);
      await vi.waitFor(() => telemetry.span('work slow:500'));
    });

    it('ends both spans of a stream of requests that is given up', async () => {
      const subscription = shop.chat(concat(queries('1'), NEVER)).subscribe({ error: () => undefined });
      await firstValueFrom(timer(30));
      subscription.unsubscribe();
      const { client, server } = await call();
      expect(client.attributes['rpc.status_code']).toBe('CANCELLED');
      // The client ends its stream before it resets it, and the handler may have answered in between.
      expect(server.attributes['rpc.status_code']).toMatch(/^(OK|CANCELLED)$/);
    });

    it('makes a client span of a method nobody serves', async () => {
      await expect(firstValueFrom(shop.missing({ id: '1' }))).rejects.toThrow('12 UNIMPLEMENTED');
      expect(telemetry.span('shop.v1.Shop/Missing').attributes['error.type']).toBe('UNIMPLEMENTED');
    });

    it('never mixes 100 calls that run at once', async () => {
      const kinds = [
        (id: string) => shop.find({ id: `slow:${Number(id) % 7}` }),
        (id: string) => shop.watch({ id: `${id}:2` }),
        (id: string) => shop.total(queries(id, id)),
        (id: string) => shop.chat(queries(id)),
        (id: string) => shop.chatCall(queries(id)),
      ];
      const open = (n: number) => kinds[n % kinds.length]?.(String(n)) ?? NEVER;
      const run = (n: number): Promise<{ parent: SpanContext; result: Item; tenant: string }> => {
        const tenant = `tenant-${n}`;
        const baggage = propagation.createBaggage({ tenant: { value: tenant } });
        return context.with(propagation.setBaggage(context.active(), baggage), async () => ({
          ...(await inParent(() => lastValueFrom(open(n)))),
          tenant,
        }));
      };
      const done = await Promise.all(Array.from({ length: 100 }, (_, n) => run(n)));
      for (const { parent, result, tenant } of done) {
        expect(result).toMatchObject({ traceId: parent.traceId, tenant });
      }
      await vi.waitFor(() => expect(ofKind(SpanKind.SERVER)).toHaveLength(100));
      const parents = new Map(telemetry.spans.map((span) => [span.spanContext().spanId, span]));
      for (const server of ofKind(SpanKind.SERVER)) {
        const client = parents.get(server.parentSpanContext?.spanId ?? '');
        expect(client).toMatchObject({ kind: SpanKind.CLIENT, name: server.name });
      }
      expect(new Set(ofKind(SpanKind.SERVER).map((span) => span.spanContext().traceId)).size).toBe(100);
    });
  });
}
