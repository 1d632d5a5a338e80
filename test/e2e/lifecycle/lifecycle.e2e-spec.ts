import {
  Injectable,
  Module,
  type BeforeApplicationShutdown,
  type INestApplicationContext,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleDestroy,
  type OnModuleInit,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Transport } from '@nestjs/microservices';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { SpanStatusCode, trace } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { runInSpan, TelemetryModule } from 'nest-telemetry';
import { recordTelemetry, waitForSpans, type TelemetryRecorder } from 'nest-telemetry/testing';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

abstract class Connection implements OnModuleInit, OnModuleDestroy {
  #isOpen = false;

  async onModuleInit(): Promise<void> {
    await runInSpan('connect', {}, () => sleep(1));
    this.#isOpen = true;
  }
  onModuleDestroy(): void {
    if (!this.#isOpen) throw new Error('was not open');
  }
}

@Injectable()
class Database extends Connection {
  override async onModuleInit(): Promise<void> {
    await super.onModuleInit();
  }
}

@Injectable()
class Poller implements OnApplicationBootstrap, OnApplicationShutdown, BeforeApplicationShutdown {
  #timer: NodeJS.Timeout | undefined;

  onApplicationBootstrap(): void {
    this.#timer = setInterval(() => runInSpan('poll', {}, () => undefined), 5);
  }
  beforeApplicationShutdown(): void {
    clearInterval(this.#timer);
  }
  async onApplicationShutdown(): Promise<void> {
    await sleep(1);
  }
}

const SLOW = Symbol('slow');
const QUICK = Array.from({ length: 20 }, (_, index) => `quick ${index}`);

@Module({
  providers: [
    Database,
    Poller,
    { provide: SLOW, useFactory: () => sleep(30).then(() => 'slow') },
    ...QUICK.map((provide) => ({ provide, useFactory: () => 'quick' })),
  ],
})
class StoreModule {}

@Module({
  providers: [{ provide: SLOW, useFactory: () => sleep(30).then(() => 'slow') }],
  exports: [SLOW],
})
class SlowModule {
  constructor() {
    const until = performance.now() + 2;
    while (performance.now() < until);
  }
}

@Injectable()
class Broken implements OnModuleInit {
  async onModuleInit(): Promise<void> {
    throw new RangeError('no schema');
  }
}

const telemetryModule = (lifecycle?: boolean) =>
  TelemetryModule.forRoot({ traces: lifecycle === undefined ? {} : { lifecycle } });

const rootOf = (...imports: object[]) => {
  @Module({ imports: imports as never[] })
  class RootModule {}
  return RootModule;
};

const asWritten = [Connection, Database, Poller].map(({ prototype }) =>
  Object.getOwnPropertyDescriptors(prototype),
);

let telemetry: TelemetryRecorder;
let app: INestApplicationContext | undefined;
beforeEach(() => void (telemetry = recordTelemetry()));
afterEach(async () => {
  await app?.close();
  app = undefined;
  await telemetry.stop();
});

function childrenOf(name: string): string[] {
  const parent = telemetry.span(name).spanContext();
  return telemetry.spans
    .filter(({ parentSpanContext }) => parentSpanContext?.spanId === parent.spanId)
    .map((span) => span.name);
}

const millis = ({ duration: [seconds, nanos] }: ReadableSpan): number => seconds * 1000 + nanos / 1e6;

type Kind = (module: new () => object) => Promise<INestApplicationContext>;

const KINDS: [string, Kind][] = [
  ['an Express application', (module) => httpApplication(module, new ExpressAdapter())],
  ['a Fastify application', (module) => httpApplication(module, new FastifyAdapter())],
  [
    'a microservice',
    async (module) => {
      const created = await NestFactory.createMicroservice(module, {
        transport: Transport.TCP,
        options: { host: '127.0.0.1', port: 0 },
        logger: false,
        abortOnError: false,
      });
      await created.listen();
      return created;
    },
  ],
  [
    'a standalone application',
    (module) => NestFactory.createApplicationContext(module, { logger: false, abortOnError: false }),
  ],
  [
    'an application under test',
    async (module) => (await Test.createTestingModule({ imports: [module] }).compile()).init(),
  ],
];

async function httpApplication(
  module: new () => object,
  adapter: ExpressAdapter | FastifyAdapter,
): Promise<INestApplicationContext> {
  const created = await NestFactory.create(module, adapter, { logger: false, abortOnError: false });
  await created.listen(0, '127.0.0.1');
  return created;
}

describe.each(KINDS)('The start of %s', (_kind, start) => {
  it('is one trace of modules, slow providers and hooks', async () => {
    app = await start(rootOf(telemetryModule(true), StoreModule));
    const root = telemetry.span('nestjs.bootstrap');
    expect(root.parentSpanContext).toBeUndefined();
    const children = childrenOf('nestjs.bootstrap');
    expect(children).toContain('StoreModule created');
    expect(children).toContain('Symbol(slow) created');
    // One may be interrupted by the machine, but not all.
    expect(children.filter((name) => name.startsWith('quick')).length).toBeLessThan(QUICK.length);
    expect(children.filter((name) => /\.on/.test(name))).toEqual([
      'Database.onModuleInit',
      'Poller.onApplicationBootstrap',
    ]);
    expect(childrenOf('Database.onModuleInit')).toEqual(['connect']);
    expect(telemetry.span('Database.onModuleInit').attributes).toEqual({
      'nestjs.module': 'StoreModule',
      'code.function.name': 'Database.onModuleInit',
    });
    // The factory sleeps for 30 ms, and its module waits for it.
    for (const name of ['Symbol(slow) created', 'StoreModule created', 'nestjs.bootstrap']) {
      expect(millis(telemetry.span(name))).toBeGreaterThan(28);
    }
  });

  it('tells of the modules of the application, and of none of Nest or telemetry itself', async () => {
    app = await start(rootOf(telemetryModule(true), StoreModule));
    const { traceId } = telemetry.span('nestjs.bootstrap').spanContext();
    const modules = telemetry.spans
      .filter((span) => span.spanContext().traceId === traceId)
      .map(({ attributes }) => attributes['nestjs.module'])
      .filter((name) => name !== undefined);
    expect(modules).toContain('StoreModule');
    expect(modules.filter((name) => name !== 'StoreModule' && name !== 'RootModule')).toEqual([]);
  });

  it('has no spans for what is quick, also where it waits for what is slow', async () => {
    const quick = Array.from({ length: 20 }, (_, index) => {
      @Module({
        imports: [SlowModule],
        providers: [{ provide: `waits ${index}`, useFactory: () => index, inject: [SLOW] }],
      })
      class QuickModule {}
      return QuickModule;
    });
    app = await start(rootOf(telemetryModule(true), ...quick));
    const created = childrenOf('nestjs.bootstrap').filter((name) => name.endsWith(' created'));
    expect(created.filter((name) => name === 'SlowModule created')).toHaveLength(1);
    expect(created).toContain('Symbol(slow) created');
    // Some may be interrupted by the machine, but not most.
    expect(created.filter((name) => !/slow/i.test(name)).length).toBeLessThan(quick.length / 2);
  });

  it('is over when it is over: what it left running is no part of it', async () => {
    app = await start(rootOf(telemetryModule(true), StoreModule));
    const spans = await waitForSpans(telemetry, 'poll');
    const poll = spans.find(({ name }) => name === 'poll');
    expect(poll?.parentSpanContext).toBeUndefined();
    expect(poll?.spanContext().traceId).not.toBe(telemetry.span('nestjs.bootstrap').spanContext().traceId);
  });

  it('shows the hook that failed, and fails as it did', async () => {
    @Module({ providers: [Broken] })
    class BrokenModule {}
    await expect(start(rootOf(telemetryModule(true), BrokenModule))).rejects.toThrow('no schema');
    for (const name of ['Broken.onModuleInit', 'nestjs.bootstrap']) {
      expect(telemetry.span(name).status).toEqual({ code: SpanStatusCode.ERROR, message: 'no schema' });
    }
  });

  it('and its end leave no wrapper behind, and no open span', async () => {
    app = await start(rootOf(telemetryModule(true), StoreModule));
    await app.close();
    app = undefined;
    expect(
      [Connection, Database, Poller].map(({ prototype }) => Object.getOwnPropertyDescriptors(prototype)),
    ).toEqual(asWritten);
    expect(telemetry.openSpans).toEqual([]);
  });
});

describe('The end of an application', () => {
  it.each(KINDS)('is one trace of hooks, for %s', async (_kind, start) => {
    app = await start(rootOf(telemetryModule(true), StoreModule));
    telemetry.clear();
    const running: { close: (signal?: string) => Promise<void> } = app;
    app = undefined;
    await runInSpan('who closes', {}, () => running.close());
    const root = telemetry.span('nestjs.shutdown');
    expect(root.parentSpanContext).toBeUndefined();
    expect(root.links.map((link) => link.context.spanId)).toEqual([
      telemetry.span('who closes').spanContext().spanId,
    ]);
    expect(childrenOf('nestjs.shutdown')).toEqual([
      'Database.onModuleDestroy',
      'Poller.beforeApplicationShutdown',
      'Poller.onApplicationShutdown',
    ]);
  });

  it('names the signal that asked for it', async () => {
    const context: { close: (signal?: string) => Promise<void> } = await NestFactory.createApplicationContext(
      rootOf(telemetryModule(true)),
      { logger: false },
    );
    await context.close('SIGTERM');
    expect(telemetry.span('nestjs.shutdown').attributes).toEqual({ 'nestjs.shutdown.signal': 'SIGTERM' });
  });
});

describe('Traces of the life of an application', () => {
  it.each([[undefined], [false]])('are not made under a recorder with lifecycle: %s', async (lifecycle) => {
    app = await NestFactory.createApplicationContext(rootOf(telemetryModule(lifecycle), StoreModule), {
      logger: false,
    });
    expect(telemetry.spans.map(({ name }) => name).filter((name) => name !== 'poll')).toEqual(['connect']);
  });

  it('are two for each of two applications of the same module', async () => {
    const module = rootOf(telemetryModule(true), StoreModule);
    const [first, second] = await Promise.all([
      NestFactory.createApplicationContext(module, { logger: false }),
      NestFactory.createApplicationContext(module, { logger: false }),
    ]);
    await Promise.all([first.close(), second.close()]);
    const count = (name: string): number => telemetry.spans.filter((span) => span.name === name).length;
    for (const name of [
      'nestjs.bootstrap',
      'nestjs.shutdown',
      'Database.onModuleInit',
      'StoreModule created',
    ]) {
      expect([name, count(name)]).toEqual([name, 2]);
    }
  });

  it('are links of the span an application is made in, and leave that span alone', async () => {
    await runInSpan('command', {}, async (span) => {
      app = await NestFactory.createApplicationContext(rootOf(telemetryModule(true)), { logger: false });
      expect(trace.getActiveSpan()).toBe(span);
    });
    expect(telemetry.span('nestjs.bootstrap').links).toHaveLength(1);
  });
});
