import {
  Controller,
  Inject,
  Module,
  type INestApplicationContext,
  type INestMicroservice,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  type ClientProxy,
  ClientsModule,
  Ctx,
  EventPattern,
  MessagePattern,
  Payload,
  RpcException,
} from '@nestjs/microservices';
import { context, propagation, SpanKind, SpanStatusCode, trace, type Span } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { runInSpan, TelemetryModule } from 'nest-telemetry';
import { recordTelemetry, waitForSpans, type TelemetryRecorder } from 'nest-telemetry/testing';
import 'nest-telemetry/testing/vitest';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { defer, firstValueFrom, lastValueFrom, Observable, of, concatMap, toArray } from 'rxjs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { later, type TransportRun, type TransportUnderTest } from './transport-under-test.js';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SENDER = 'b7ad6b7169203331';
const LONG = 20_000;

/** What is promised for every transport. A transport that cannot be tested here says so in the name of its suite. */
export function describeTransport(transport: TransportUnderTest): void {
  const { name, missing, system, isBrokered, longestHeaders } = transport;
  const half = longestHeaders / 2 - 100;
  const skipped = missing !== undefined && process.env['REQUIRE_SERVICES'] !== '1';

  describe.skipIf(skipped)(`Messages over ${name}${skipped ? ` (skipped: ${missing})` : ''}`, () => {
    const scope = `nt-${randomBytes(4).toString('hex')}`;
    let run: TransportRun;
    let telemetry: TelemetryRecorder;
    let server: INestMicroservice;
    let caller: INestApplicationContext;
    let client: ClientProxy;
    let plainClient: ClientProxy;
    const handled: { event: string; data: unknown; tenant: string | undefined }[] = [];
    const named = (pattern: string): string => run.pattern(pattern);

    beforeAll(async () => {
      if (missing !== undefined) throw new Error(`No ${name}: ${missing}`);
      run = await transport.open(scope);
      telemetry = recordTelemetry();
      server = await NestFactory.createMicroservice(handlersOf(run, handled), {
        ...run.server,
        logger: false,
      });
      await server.listen();
      const clients = ClientsModule.register([
        { name: 'CLIENT', ...run.client },
        { name: 'PLAIN', ...run.plainClient },
      ]);
      caller = await NestFactory.createApplicationContext(
        { module: CallerModule, imports: [clients, TelemetryModule.forRoot()] },
        { logger: false },
      );
      client = caller.get<ClientProxy>('CLIENT');
      plainClient = caller.get<ClientProxy>('PLAIN');
      run.prepare?.(client, ['sum', 'stream', 'fail', 'crash', 'echo'].map(named));
      await client.connect();
    }, 300_000);

    afterAll(async () => {
      await caller?.close();
      await server?.close();
      await telemetry?.stop();
      await run?.[Symbol.asyncDispose]();
    }, 60_000);

    beforeEach(() => {
      telemetry.clear();
      handled.length = 0;
    });

    /** Runs in a span named `caller`, with baggage. */
    async function inCaller<T>(work: (span: Span) => Promise<T>): Promise<T> {
      const baggage = propagation.createBaggage({ tenant: { value: 'blue' }, secret: { value: 'no' } });
      return context.with(propagation.setBaggage(context.active(), baggage), () =>
        runInSpan('caller', {}, work),
      );
    }

    const one = (kind: SpanKind, pattern: string): ReadableSpan => {
      const found = telemetry.spans.filter(
        (span) => span.kind === kind && span.attributes['nestjs.pattern'] === named(pattern),
      );
      expect(found.map((span) => span.name)).toHaveLength(1);
      return found[0] as ReadableSpan;
    };

    const handledSpan = async (kind: SpanKind, pattern: string): Promise<ReadableSpan> => {
      const matches = (span: ReadableSpan): boolean =>
        span.kind === kind && span.attributes['nestjs.pattern'] === named(pattern);
      await waitForSpans(telemetry, (spans) => spans.some(matches), LONG);
      return one(kind, pattern);
    };

    it('makes a request one trace: caller, client span, server span, what the handler does', async () => {
      const sum = await inCaller(() => firstValueFrom(client.send<unknown>(named('sum'), [1, 2, 3])));
      // Kafka hands on the texts it carries.
      expect(Number(sum)).toBe(6);
      const handler = await handledSpan(SpanKind.SERVER, 'sum');
      await waitForSpans(telemetry, 'caller');
      const sent = one(SpanKind.CLIENT, 'sum');
      const callerSpan = telemetry.span('caller');
      const inner = telemetry.span('adding');
      expect(sent.parentSpanContext?.spanId).toBe(callerSpan.spanContext().spanId);
      expect(handler.parentSpanContext).toMatchObject({ spanId: sent.spanContext().spanId, isRemote: true });
      expect(inner.parentSpanContext?.spanId).toBe(handler.spanContext().spanId);
      expect(new Set([sent, handler, inner].map((span) => span.spanContext().traceId))).toEqual(
        new Set([callerSpan.spanContext().traceId]),
      );
      expect([sent.name, handler.name]).toEqual([named('sum'), named('sum')]);
      expect(sent.attributes).toMatchObject({ 'rpc.system.name': 'nestjs', 'rpc.method': named('sum') });
      expect(handler.attributes).toMatchObject({
        'rpc.system.name': 'nestjs',
        'rpc.method': named('sum'),
        'nestjs.transport': name,
        'code.function.name': 'Handlers.sum',
      });
      expect(handler.attributes['messaging.system.name']).toBe(isBrokered ? system : undefined);
      expect(inner.attributes['tenant']).toBe('blue');
      expect(inner.attributes['secret']).toBe('');
      expect(handler.status.code).toBe(SpanStatusCode.UNSET);
    });

    it('makes an event one trace: producer span, consumer span', async () => {
      await inCaller(() =>
        lastValueFrom(client.emit(named('placed'), { id: 1 }), { defaultValue: undefined }),
      );
      const handler = await handledSpan(SpanKind.CONSUMER, 'placed');
      const sent = one(SpanKind.PRODUCER, 'placed');
      expect([sent.name, handler.name]).toEqual([`send ${named('placed')}`, `process ${named('placed')}`]);
      expect(sent.parentSpanContext?.spanId).toBe(telemetry.span('caller').spanContext().spanId);
      expect(handler.parentSpanContext?.spanId).toBe(sent.spanContext().spanId);
      expect(sent.attributes).toMatchObject({
        'messaging.system.name': system,
        'messaging.operation.name': 'send',
        'messaging.operation.type': 'send',
      });
      expect(handler.attributes).toMatchObject({
        'messaging.system.name': system,
        'messaging.operation.name': 'process',
        'messaging.operation.type': 'process',
        'code.function.name': 'Handlers.placed',
      });
      expect(handled).toEqual([{ event: 'placed', data: { id: 1 }, tenant: 'blue' }]);
    });

    it('emits although nobody subscribes, in one span', async () => {
      client.emit(named('placed'), { id: 2 });
      const handler = await handledSpan(SpanKind.CONSUMER, 'placed');
      // A broker may confirm only after it has delivered.
      await handledSpan(SpanKind.PRODUCER, 'placed');
      expect(handler.parentSpanContext?.spanId).toBe(one(SpanKind.PRODUCER, 'placed').spanContext().spanId);
    });

    it('begins a new trace with a link for events that are told to', async () => {
      await inCaller(() =>
        lastValueFrom(client.emit(named('linked'), { id: 3 }), { defaultValue: undefined }),
      );
      const handler = await handledSpan(SpanKind.CONSUMER, 'linked');
      const sent = one(SpanKind.PRODUCER, 'linked').spanContext();
      expect(handler.parentSpanContext).toBeUndefined();
      expect(handler.spanContext().traceId).not.toBe(sent.traceId);
      expect(handler.links.map((link) => link.context.spanId)).toEqual([sent.spanId]);
      expect(handled).toMatchObject([{ event: 'linked', tenant: 'blue' }]);
    });

    it('makes a span per subscription of a request, and none without', async () => {
      const answer = client.send<number>(named('sum'), [4]);
      await sleep(20);
      expect(telemetry.spans).toEqual([]);
      expect([await firstValueFrom(answer), await firstValueFrom(answer)].map(Number)).toEqual([4, 4]);
      const count = (kind: SpanKind): number => telemetry.spans.filter((span) => span.kind === kind).length;
      await waitForSpans(telemetry, () => count(SpanKind.SERVER) === 2 && count(SpanKind.CLIENT) === 2, LONG);
    });

    it('covers all values of a streamed answer', async () => {
      const values = await lastValueFrom(client.send<number>(named('stream'), 3).pipe(toArray()));
      expect(values.map(Number)).toEqual([1, 2, 3]);
      const handler = await handledSpan(SpanKind.SERVER, 'stream');
      const steps = telemetry.spans.filter((span) => span.name === 'step');
      expect(steps).toHaveLength(3);
      for (const step of steps) {
        expect(step.parentSpanContext?.spanId).toBe(handler.spanContext().spanId);
        expect(nanoseconds(handler)).toBeGreaterThanOrEqual(nanoseconds(step));
      }
    });

    it('takes status and error.type from an RpcException, on both sides', async () => {
      await expect(firstValueFrom(client.send(named('fail'), {}))).rejects.toMatchObject({
        code: 'OUT_OF_STOCK',
      });
      const handler = await handledSpan(SpanKind.SERVER, 'fail');
      for (const span of [handler, one(SpanKind.CLIENT, 'fail')]) {
        expect(span.status.code).toBe(SpanStatusCode.ERROR);
        expect(span.attributes['error.type']).toBe('OUT_OF_STOCK');
      }
    });

    it('records the real error of a handler, which the caller is not told', async () => {
      await expect(firstValueFrom(client.send(named('crash'), {}))).rejects.toMatchObject({
        message: 'Internal server error',
      });
      const handler = await handledSpan(SpanKind.SERVER, 'crash');
      expect(handler.attributes['error.type']).toBe('TypeError');
      expect(handler.status).toMatchObject({ code: SpanStatusCode.ERROR, message: 'the shelf is gone' });
      expect(handler.events.map((event) => event.attributes?.['exception.message'])).toEqual([
        'the shelf is gone',
      ]);
      expect(one(SpanKind.CLIENT, 'crash').attributes['error.type']).toBe('_OTHER');
    });

    it('marks the consumer span of an event handler that fails', async () => {
      client.emit(named('broken'), { id: 4 });
      const handler = await handledSpan(SpanKind.CONSUMER, 'broken');
      expect(handler.attributes['error.type']).toBe('RangeError');
      expect(handler.status.code).toBe(SpanStatusCode.ERROR);
    });

    it('never mixes a hundred requests at once', async () => {
      const numbers = Array.from({ length: 100 }, (_, index) => index);
      const answers = await Promise.all(
        numbers.map((number) =>
          runInSpan(`caller ${number}`, {}, async (span) => ({
            expected: span.spanContext().traceId,
            ...(await firstValueFrom(
              client.send<{ number: number; before: string; after: string }>(named('echo'), number),
            )),
          })),
        ),
      );
      for (const [index, { number, before, after, expected }] of answers.entries()) {
        expect({ number, before, after }).toEqual({ number: index, before: expected, after: expected });
      }
      await waitForSpans(
        telemetry,
        (spans) => spans.filter((span) => span.kind === SpanKind.SERVER).length === 100,
        LONG,
      );
      const sent = new Map(
        telemetry.spans
          .filter((span) => span.kind === SpanKind.CLIENT)
          .map((span) => [span.spanContext().spanId, span.spanContext().traceId]),
      );
      for (const span of telemetry.spans.filter(({ kind }) => kind === SpanKind.SERVER)) {
        expect(sent.get(span.parentSpanContext?.spanId ?? '')).toBe(span.spanContext().traceId);
      }
      expect(sent.size).toBe(100);
    });

    it('sends a plain peer the same payload as without telemetry, and the context beside it', async () => {
      const data = { text: 'Grüße 👋', list: [1, { two: 2 }], quote: '"' };
      const { message } = await run.listen(named('plain'));
      await inCaller(() =>
        lastValueFrom(plainClient.emit(named('plain'), { ...data }), { defaultValue: undefined }),
      );
      const { payload, headers } = await message;
      expect(payload).toBe(run.payloadOf(named('plain'), data));
      const sent = one(SpanKind.PRODUCER, 'plain').spanContext();
      expect(headers).toMatchObject({
        traceparent: `00-${sent.traceId}-${sent.spanId}-01`,
        baggage: 'tenant=blue',
      });
    });

    it('understands a plain peer that sends context, and one that does not', async () => {
      await run.publish(
        named('placed'),
        { id: 5 },
        { traceparent: `00-${TRACE}-${SENDER}-01`, baggage: 'tenant=red' },
      );
      const continued = await handledSpan(SpanKind.CONSUMER, 'placed');
      expect(continued.spanContext().traceId).toBe(TRACE);
      expect(continued.parentSpanContext?.spanId).toBe(SENDER);
      telemetry.clear();
      await run.publish(named('placed'), { id: 6 }, {});
      const root = await handledSpan(SpanKind.CONSUMER, 'placed');
      expect(root.parentSpanContext).toBeUndefined();
      expect(handled).toEqual([
        { event: 'placed', data: { id: 5 }, tenant: 'red' },
        { event: 'placed', data: { id: 6 }, tenant: undefined },
      ]);
    });

    it('keeps headers the application gave, and the object it gave them in', async () => {
      if (run.withHeaders === undefined) return;
      const headers = { 'x-own': 'kept', baggage: 'tenant=mine' };
      const record = run.withHeaders({ id: 7 }, headers);
      const { promise, resolve } = later<Record<string, unknown>>();
      seenHeaders.resolve = resolve;
      await inCaller(() => lastValueFrom(client.emit(named('own'), record), { defaultValue: undefined }));
      const handler = await handledSpan(SpanKind.CONSUMER, 'own');
      const sent = one(SpanKind.PRODUCER, 'own').spanContext();
      expect(handler.parentSpanContext?.spanId).toBe(sent.spanId);
      expect(await promise).toMatchObject({
        'x-own': 'kept',
        baggage: 'tenant=mine',
        traceparent: `00-${sent.traceId}-${sent.spanId}-01`,
      });
      expect(headers).toEqual({ 'x-own': 'kept', baggage: 'tenant=mine' });
      expect(JSON.stringify(record)).not.toContain('traceparent');
    });

    it.each([
      ['malformed', { traceparent: '00-zz', tracestate: '=,=', baggage: ';;;=' }],
      ['empty', { traceparent: '', baggage: '' }],
      ['with an emoji', { traceparent: '👋', baggage: 'tenant=👋' }],
      ['huge', { traceparent: 'a'.repeat(half), baggage: `tenant=${'b'.repeat(half)}` }],
      ['named like prototypes', { constructor: 'x', toString: 'y', __proto__x: 'z' }],
    ])('handles a message with context that is %s', async (_what, headers) => {
      await run.publish(named('placed'), { id: 8 }, headers);
      const handler = await handledSpan(SpanKind.CONSUMER, 'placed');
      expect(handler.parentSpanContext).toBeUndefined();
      expect(handled).toMatchObject([{ event: 'placed', data: { id: 8 } }]);
    });

    it('counts context it turns away, and reads no more of it than its limits', async () => {
      const turnedAway = async (): Promise<number> => {
        const metrics = await telemetry.metrics();
        const metric = metrics.find((each) => each.name === 'nest_telemetry.propagation.rejected');
        const points = metric?.points ?? [];
        return points
          .filter(({ attributes }) =>
            ['traceparent_malformed', 'baggage_too_long'].includes(String(attributes['reason'])),
          )
          .reduce((sum, { value }) => sum + Number(value), 0);
      };
      const before = await turnedAway();
      await run.publish(
        named('placed'),
        { id: 10 },
        { traceparent: '00-zz', baggage: `tenant=${'b'.repeat(half)}` },
      );
      await handledSpan(SpanKind.CONSUMER, 'placed');
      expect(await turnedAway()).toBe(before + 2);
      expect(handled).toMatchObject([{ tenant: undefined }]);
    });

    it('lets nothing that was received break a later request', async () => {
      const hostile = '👋'.repeat(3);
      const baggage = `tenant=${encodeURIComponent(`${hostile}\r\nx: y`)}`;
      await run.publish(named('calls'), { id: 11 }, { traceparent: `00-${TRACE}-${SENDER}-01`, baggage });
      const handler = await handledSpan(SpanKind.CONSUMER, 'calls');
      expect(handler.status.code).toBe(SpanStatusCode.UNSET);
      expect(handler.spanContext().traceId).toBe(TRACE);
      expect(handled).toMatchObject([{ event: 'calls', data: { ok: true }, tenant: `${hostile}\r\nx: y` }]);
    });

    it('measures both sides', async () => {
      await firstValueFrom(client.send(named('sum'), [1]));
      await lastValueFrom(client.emit(named('placed'), { id: 9 }), { defaultValue: undefined });
      await handledSpan(SpanKind.CONSUMER, 'placed');
      await handledSpan(SpanKind.SERVER, 'sum');
      for (const [metric, attributes] of [
        ['rpc.client.call.duration', { 'rpc.system.name': 'nestjs', 'rpc.method': named('sum') }],
        ['rpc.server.call.duration', { 'rpc.system.name': 'nestjs', 'rpc.method': named('sum') }],
        ['messaging.client.operation.duration', { 'messaging.system.name': system }],
        ['messaging.process.duration', { 'messaging.system.name': system }],
      ] as const) {
        const { points } = await telemetry.metric(metric);
        // Kafka tries an event again that failed, so there may be others.
        expect(points).toContainEqual(
          expect.objectContaining({ attributes: expect.objectContaining(attributes) as unknown }),
        );
      }
    });

    it('leaves no span open', () => {
      expect(telemetry.openSpans).toEqual([]);
    });
  });
}

@Module({})
// oxlint-disable-next-line typescript/no-extraneous-class
class CallerModule {}

/** Where the handler of `own` puts the headers it was given. */
const seenHeaders: { resolve: (headers: Record<string, unknown>) => void } = { resolve: () => undefined };

const nanoseconds = ({ endTime: [seconds, rest] }: ReadableSpan): number => seconds * 1e9 + rest;

const tenant = (): string | undefined => propagation.getActiveBaggage()?.getEntry('tenant')?.value;

/** The handlers of the contract, under the patterns of one run. */
function handlersOf(
  run: TransportRun,
  handled: { event: string; data: unknown; tenant: string | undefined }[],
): { module: typeof CallerModule } & object {
  const pattern = (name: string): string => run.pattern(name);

  @Controller()
  class Handlers {
    constructor(@Inject('HANDLED') private readonly seen: typeof handled) {}

    @MessagePattern(pattern('sum'))
    sum(@Payload() numbers: number[]): Promise<number> {
      const attributes = {
        tenant: tenant() ?? '',
        secret: propagation.getActiveBaggage()?.getEntry('secret')?.value ?? '',
      };
      return runInSpan('adding', { attributes }, async () => {
        await sleep(1);
        return numbers.reduce((sum, number) => sum + number, 0);
      });
    }

    @MessagePattern(pattern('stream'))
    stream(@Payload() count: number | string): Observable<number> {
      return of(...Array.from({ length: Number(count) }, (_, index) => index + 1)).pipe(
        concatMap((value) =>
          defer(() =>
            runInSpan('step', {}, async () => {
              await sleep(2);
              return value;
            }),
          ),
        ),
      );
    }

    @MessagePattern(pattern('fail'))
    fail(): never {
      throw new RpcException({ code: 'OUT_OF_STOCK', message: 'Nothing left' });
    }

    @MessagePattern(pattern('crash'))
    async crash(): Promise<never> {
      await sleep(1);
      throw new TypeError('the shelf is gone');
    }

    @MessagePattern(pattern('echo'))
    async echo(@Payload() number: number | string): Promise<object> {
      const traceId = (): string => trace.getActiveSpan()?.spanContext().traceId ?? '';
      const before = traceId();
      await sleep((Number(number) * 7) % 20);
      return { number: Number(number), before, after: traceId() };
    }

    @EventPattern(pattern('placed'))
    async placed(@Payload() data: unknown): Promise<void> {
      await sleep(1);
      this.seen.push({ event: 'placed', data, tenant: tenant() });
    }

    @EventPattern(pattern('linked'))
    linked(@Payload() data: unknown): void {
      this.seen.push({ event: 'linked', data, tenant: tenant() });
    }

    @EventPattern(pattern('broken'))
    broken(@Payload() _data: unknown): void {
      throw new RangeError('too far');
    }

    @EventPattern(pattern('calls'))
    async calls(@Payload() _data: unknown): Promise<void> {
      const peer = createServer((_request, response) => response.end()).listen(0, '127.0.0.1');
      await once(peer, 'listening');
      const { port } = peer.address() as AddressInfo;
      const { ok } = await fetch(`http://127.0.0.1:${port}`, { headers: { connection: 'close' } });
      peer.close();
      this.seen.push({ event: 'calls', data: { ok }, tenant: tenant() });
    }

    @EventPattern(pattern('own'))
    own(@Ctx() received: object): void {
      seenHeaders.resolve(headersOf(received));
    }
  }

  const events = (message: { readonly pattern: string }): 'link' | 'continue' =>
    message.pattern === pattern('linked') ? 'link' : 'continue';
  return {
    module: CallerModule,
    imports: [TelemetryModule.forRoot({ traces: { messages: { events } } })],
    controllers: [Handlers],
    providers: [{ provide: 'HANDLED', useValue: handled }],
  } as { module: typeof CallerModule } & object;
}

interface ReceivedContext {
  getHeaders?(): { keys(): string[]; get(name: string): string } | undefined;
  getPacket?(): { properties?: { userProperties?: object } };
  getMessage?(): { headers?: object; properties?: { headers?: object } };
}

/** Headers of a message as the context of its transport has them. */
function headersOf(received: ReceivedContext): Record<string, unknown> {
  const nats = received.getHeaders?.();
  if (nats !== undefined) return Object.fromEntries(nats.keys().map((key) => [key, nats.get(key)]));
  const message = received.getMessage?.();
  return {
    ...received.getPacket?.().properties?.userProperties,
    ...message?.headers,
    ...message?.properties?.headers,
  };
}
