import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable, Module, Scope } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { EVENT_PAYLOAD, EventEmitter2, EventEmitterModule, OnEvent } from '@nestjs/event-emitter';
import { Span, TelemetryModule, runInSpan, type TelemetryOptions } from 'nest-telemetry';
import { recordTelemetry, waitForSpans, type TelemetryRecorder } from 'nest-telemetry/testing';
import 'nest-telemetry/testing/vitest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const DURATION = 'nestjs.event.listener.duration';

@Injectable()
class Mailer {
  @OnEvent('order.created')
  confirm(order: { id: number }): number {
    runInSpan('render', {}, () => undefined);
    return order.id;
  }

  @OnEvent('order.created', { async: true })
  async archive(): Promise<void> {
    await sleep(2);
    runInSpan('write', {}, () => undefined);
  }

  @OnEvent('order.created', { async: true, promisify: true })
  async notify(): Promise<void> {
    await sleep(1);
  }

  @OnEvent('order.*')
  audit(): void {}

  @OnEvent('user.created')
  @OnEvent(['user', 'renamed'])
  index(): void {}

  @Span('inner-span')
  @OnEvent('order.paid')
  paid(): void {}

  @OnEvent('order.failed')
  async suppressed(): Promise<void> {
    await sleep(1);
    throw new RangeError('no stock');
  }

  @OnEvent('order.rejected', { suppressErrors: false })
  async thrown(): Promise<void> {
    throw new RangeError('refused');
  }

  @OnEvent('batch')
  async overlap(number: number): Promise<void> {
    await sleep(5 - (number % 5));
    runInSpan(`part ${number}`, {}, () => undefined);
    if (number % 2 === 0) throw new Error(`number ${number}`);
  }
}

@Injectable({ scope: Scope.REQUEST })
class ScopedListener {
  constructor(@Inject(EVENT_PAYLOAD) private readonly payload: { id: number }) {}

  @OnEvent('scoped')
  handle(): void {
    runInSpan(`scoped ${this.payload.id}`, {}, () => undefined);
    if (this.payload.id === 13) throw new Error('unlucky');
  }
}

let telemetry: TelemetryRecorder;
beforeEach(() => void (telemetry = recordTelemetry()));
afterEach(() => telemetry.stop());

async function start(options: TelemetryOptions = {}) {
  @Module({
    imports: [EventEmitterModule.forRoot({ wildcard: true }), TelemetryModule.forRoot(options)],
    providers: [Mailer, ScopedListener],
  })
  class AppModule {}
  const app = await NestFactory.createApplicationContext(AppModule, { abortOnError: false });
  await app.init();
  const emitter = app.get(EventEmitter2, { strict: false });
  return { app, emitter, close: () => app.close(), [Symbol.asyncDispose]: () => app.close() };
}

const traceOf = (name: string) => telemetry.span(name).spanContext().traceId;

describe('A listener', () => {
  it('is called in a child span of the one the event was emitted in, however it is called', async () => {
    await using app = await start();
    runInSpan('place-order', {}, () => app.emitter.emit('order.created', { id: 7 }));
    await waitForSpans(telemetry, 7);

    const parent = 'place-order';
    expect(telemetry).toHaveSpan('event order.created → Mailer.confirm', {
      parent,
      kind: 'internal',
      status: 'unset',
      attributes: {
        'nestjs.event.name': 'order.created',
        'code.function.name': 'Mailer.confirm',
        'nestjs.provider': 'Mailer',
        'nestjs.callback': 'confirm',
      },
      count: 1,
    });
    expect(telemetry).toHaveSpan('render', { parent: 'event order.created → Mailer.confirm' });
    expect(telemetry).toHaveSpan('event order.created → Mailer.archive', { parent, count: 1 });
    expect(telemetry).toHaveSpan('write', { parent: 'event order.created → Mailer.archive' });
    expect(telemetry).toHaveSpan('event order.created → Mailer.notify', { parent, count: 1 });
    expect(telemetry).toHaveSpan('event order.* → Mailer.audit', { parent, count: 1 });
    expect(telemetry.openSpans).toEqual([]);
    await expect(telemetry).toHaveMetric(DURATION, {
      attributes: { 'nestjs.event.name': 'order.created', 'code.function.name': 'Mailer.archive' },
      count: 1,
    });
  });

  it('gives the emitter what it gave before', async () => {
    await using app = await start();
    expect(await app.emitter.emitAsync('order.created', { id: 7 })).toContain(7);
    expect(app.emitter.emit('nobody.listens.to.this')).toBe(false);
    expect(telemetry.spans.some(({ name }) => name.includes('nobody'))).toBe(false);
  });

  it('is named by each of its events', async () => {
    await using app = await start();
    await app.emitter.emitAsync('user.created');
    await app.emitter.emitAsync(['user', 'renamed']);
    for (const event of ['user.created', 'user.renamed']) {
      expect(telemetry).toHaveSpan(`event ${event} → Mailer.index`, { parent: null, count: 1 });
    }
  });

  it('may have @Span(), too', async () => {
    await using app = await start();
    await app.emitter.emitAsync('order.paid');
    expect(telemetry).toHaveSpan('inner-span', { parent: 'event order.paid → Mailer.paid' });
  });

  it('fails with an error that Nest suppresses, and its log line is in the trace', async () => {
    await using app = await start();
    await app.emitter.emitAsync('order.failed');
    const name = 'event order.failed → Mailer.suppressed';
    expect(telemetry).toHaveSpan(name, {
      status: 'error',
      statusMessage: 'no stock',
      attributes: { 'error.type': 'RangeError' },
      events: ['exception'],
    });
    expect(telemetry).toHaveLogged('no stock', { context: 'Event', level: 'error', traceId: traceOf(name) });
    await expect(telemetry).toHaveMetric(DURATION, {
      attributes: { 'nestjs.event.name': 'order.failed', 'error.type': 'RangeError' },
      count: 1,
    });
  });

  it('throws an error that is not suppressed', async () => {
    await using app = await start();
    await expect(app.emitter.emitAsync('order.rejected')).rejects.toThrow('refused');
    expect(telemetry).toHaveSpan('event order.rejected → Mailer.thrown', {
      status: 'error',
      statusMessage: 'refused',
    });
  });

  it('that is request-scoped gets a span, and the payload', async () => {
    await using app = await start();
    await runInSpan('emitter', {}, () => app.emitter.emitAsync('scoped', { id: 13 }));
    const name = 'event scoped → ScopedListener.handle';
    expect(telemetry).toHaveSpan(name, { parent: 'emitter', status: 'error', statusMessage: 'unlucky' });
    expect(telemetry).toHaveSpan('scoped 13', { parent: name });
  });

  it('is not mixed up with other calls of it', async () => {
    await using app = await start();
    const numbers = Array.from({ length: 20 }, (_, number) => number);
    await Promise.all(numbers.map((number) => app.emitter.emitAsync('batch', number)));
    for (const number of numbers) {
      const part = telemetry.span(`part ${number}`);
      const call = telemetry.spans.find(
        (span) => span.spanContext().spanId === part.parentSpanContext?.spanId,
      );
      expect(call?.name).toBe('event batch → Mailer.overlap');
      expect(call?.status.message).toBe(number % 2 === 0 ? `number ${number}` : undefined);
    }
  });
});

describe('Telemetry of listeners', () => {
  it('measures also without traces', async () => {
    await using app = await start({ traces: { enabled: false } });
    await app.emitter.emitAsync('order.failed');
    await expect(telemetry).toHaveMetric(DURATION, {
      attributes: { 'nestjs.event.name': 'order.failed', 'error.type': 'RangeError' },
      count: 1,
    });
  });

  it('is made once for two applications, and not after the last of them has closed', async () => {
    const first = await start();
    const second = await start();
    await second.emitter.emitAsync('user.created');
    expect(telemetry).toHaveSpan('event user.created → Mailer.index', { count: 1 });
    await first.close();
    telemetry.clear();
    await second.emitter.emitAsync('user.created');
    expect(telemetry).toHaveSpan('event user.created → Mailer.index', { count: 1 });
    await second.close();

    telemetry.clear();
    @Module({ imports: [EventEmitterModule.forRoot()], providers: [Mailer] })
    class PlainModule {}
    const plain = await NestFactory.createApplicationContext(PlainModule, { logger: false });
    await plain.get(EventEmitter2, { strict: false }).emitAsync('user.created');
    await plain.close();
    expect(telemetry.spans).toEqual([]);
  });

  it.each([{ enabled: false }, { traces: { events: { enabled: false } } }])(
    'is not there with %j',
    async (options) => {
      await using app = await start(options);
      expect(await app.emitter.emitAsync('order.created', { id: 7 })).toContain(7);
      expect(telemetry.spans.filter(({ name }) => name.startsWith('event '))).toEqual([]);
    },
  );
});
