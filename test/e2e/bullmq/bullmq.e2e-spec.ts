import { setTimeout as sleep } from 'node:timers/promises';
import {
  BullModule,
  InjectFlowProducer,
  InjectQueue,
  OnWorkerEvent,
  Processor,
  WorkerHost,
} from '@nestjs/bullmq';
import { Inject, Injectable, Logger, Module, Scope } from '@nestjs/common';
import { NestFactory, REQUEST } from '@nestjs/core';
import { DelayedError, FlowProducer, Queue, Worker, type Job } from 'bullmq';
import { TelemetryModule, runInSpan, type TelemetryOptions } from 'nest-telemetry';
import { recordTelemetry, waitForSpans, type TelemetryRecorder } from 'nest-telemetry/testing';
import 'nest-telemetry/testing/vitest';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { REDIS, hasRedis } from './redis.js';

/** Redis is optional for a developer, not for CI. */
const skipped = !hasRedis && process.env['REQUIRE_SERVICES'] !== '1';

const PROCESSED = 'messaging.process.duration';
const PUBLISHED = 'messaging.client.operation.duration';

interface Mail {
  readonly to: string;
  readonly fail?: number;
}

@Processor('mail', { concurrency: 5 })
class MailProcessor extends WorkerHost {
  readonly seen: Mail[] = [];

  async process(job: Job<Mail>, token?: string): Promise<string> {
    this.seen.push(job.data);
    await sleep(2);
    if (job.name === 'wait' && job.data.to !== 'moved') {
      await job.updateData({ to: 'moved' });
      await job.moveToDelayed(Date.now() + 20, token);
      throw new DelayedError();
    }
    runInSpan(`render ${job.data.to}`, {}, () => undefined);
    if (job.attemptsMade < (job.data.fail ?? 0)) throw new RangeError(`attempt ${job.attemptsMade + 1}`);
    return 'sent';
  }

  @OnWorkerEvent('completed')
  completed(job: Job<Mail>): void {
    runInSpan(`completed ${job.data.to}`, {}, () => new Logger('Mail').log(`sent to ${job.data.to}`));
  }
}

@Processor({ name: 'scoped', scope: Scope.REQUEST })
class ScopedProcessor extends WorkerHost {
  constructor(@Inject(REQUEST) private readonly job: Job) {
    super();
  }

  async process(): Promise<void> {
    runInSpan(`scoped ${this.job.name}`, {}, () => undefined);
  }
}

@Injectable()
class Post {
  constructor(
    @InjectQueue('mail') readonly mail: Queue<Mail>,
    @InjectQueue('scoped') readonly scoped: Queue,
    @InjectFlowProducer('flows') readonly flows: FlowProducer,
  ) {}
}

let telemetry: TelemetryRecorder;
beforeEach(() => void (telemetry = recordTelemetry()));
afterEach(async () => {
  await vi.waitUntil(() => telemetry.openSpans.length === 0);
  await telemetry.stop();
});

let prefixes = 0;

async function start(options: TelemetryOptions = {}, shared: object = {}) {
  const prefix = `nest-telemetry-${process.pid}-${Date.now()}-${prefixes++}`;
  @Module({
    imports: [
      TelemetryModule.forRoot(options),
      BullModule.forRoot({ connection: { ...REDIS }, prefix, ...shared }),
      BullModule.registerQueue({ name: 'mail' }, { name: 'scoped' }),
      BullModule.registerFlowProducer({ name: 'flows' }),
    ],
    providers: [MailProcessor, ScopedProcessor, Post],
  })
  class AppModule {}
  const app = await NestFactory.createApplicationContext(AppModule, { abortOnError: false });
  const { mail, scoped, flows } = app.get(Post);
  const { seen } = app.get(MailProcessor);
  const close = async (): Promise<void> => {
    await app.get(MailProcessor).worker.close();
    for (const queue of [mail, scoped]) await queue.obliterate({ force: true });
    await flows.close();
    await app.close();
  };
  return { mail, scoped, flows, seen, prefix, close, [Symbol.asyncDispose]: close };
}

const named = (name: string) => telemetry.spans.filter((span) => span.name === name);
const ended = (name: string, count: number) =>
  waitForSpans(telemetry, () => named(name).length >= count, 8000);

describe.skipIf(skipped)('With Redis on 127.0.0.1:6379, a job', () => {
  it('is published in one span and processed in another, in one trace', async () => {
    await using app = await start();
    const data = { to: 'ada' };
    const job = await runInSpan('request', {}, () => app.mail.add('welcome', data));
    await ended('completed ada', 1);

    const common = { 'messaging.system.name': 'bullmq', 'messaging.destination.name': 'mail' };
    expect(telemetry).toHaveSpan('publish mail', {
      parent: 'request',
      kind: 'producer',
      count: 1,
      attributes: {
        ...common,
        'messaging.operation.name': 'publish',
        'messaging.operation.type': 'send',
        'messaging.message.id': job.id,
        'bullmq.job.name': 'welcome',
      },
    });
    expect(telemetry).toHaveSpan('process mail', {
      parent: 'publish mail',
      kind: 'consumer',
      status: 'unset',
      count: 1,
      attributes: {
        ...common,
        'messaging.operation.name': 'process',
        'messaging.operation.type': 'process',
        'messaging.message.id': job.id,
        'bullmq.job.name': 'welcome',
        'bullmq.job.attempt': 1,
        'code.function.name': 'MailProcessor.process',
      },
    });
    expect(telemetry).toHaveSpan('render ada', { parent: 'process mail' });
    expect(telemetry.span('process mail').links).toEqual([]);
    expect(app.seen).toEqual([data]);
    expect(data).toEqual({ to: 'ada' });
    await expect(telemetry).toHaveMetric(PUBLISHED, {
      attributes: { ...common, 'messaging.operation.name': 'publish' },
      count: 1,
    });
    await expect(telemetry).toHaveMetric(PROCESSED, {
      attributes: { ...common, 'messaging.operation.name': 'process' },
      count: 1,
    });
  });

  it('has listeners of its worker in its trace', async () => {
    await using app = await start();
    await app.mail.add('welcome', { to: 'ada' });
    await ended('completed ada', 1);
    expect(telemetry).toHaveSpan('completed ada', { parent: 'process mail' });
    const { traceId } = telemetry.span('process mail').spanContext();
    expect(telemetry).toHaveLogged('sent to ada', { traceId });
  });

  it('of a batch has the one publisher as parent', async () => {
    await using app = await start();
    await app.mail.addBulk([
      { name: 'a', data: { to: 'ada' } },
      { name: 'b', data: { to: 'bob' }, opts: { priority: 1 } },
    ]);
    await ended('process mail', 2);
    expect(telemetry).toHaveSpan('publish mail', {
      parent: null,
      count: 1,
      attributes: { 'messaging.batch.message_count': 2 },
    });
    expect(telemetry).toHaveSpan('process mail', { parent: 'publish mail', count: 2 });
  });

  it('of a flow has the publisher as parent, in whichever queue', async () => {
    await using app = await start();
    await app.flows.add({
      name: 'newsletter',
      queueName: 'mail',
      prefix: app.prefix,
      data: { to: 'all' },
      children: [{ name: 'collect', queueName: 'scoped', prefix: app.prefix, opts: { priority: 1 } }],
    });
    await ended('process mail', 1);
    expect(telemetry).toHaveSpan('publish mail', {
      count: 1,
      attributes: { 'messaging.batch.message_count': 2 },
    });
    expect(telemetry).toHaveSpan('process scoped', { parent: 'publish mail', count: 1 });
    expect(telemetry).toHaveSpan('process mail', { parent: 'publish mail', count: 1 });
    await app.flows.addBulk([
      { name: 'a', queueName: 'mail', prefix: app.prefix, data: { to: 'ada' } },
      { name: 'b', queueName: 'scoped', prefix: app.prefix },
    ]);
    await ended('process mail', 2);
    await ended('process scoped', 2);
    expect(telemetry).toHaveSpan('process scoped', { parent: 'publish', count: 1 });
  });

  it('of a request-scoped processor gets a span', async () => {
    await using app = await start();
    await app.scoped.add('now', {});
    await ended('process scoped', 1);
    expect(telemetry).toHaveSpan('scoped now', { parent: 'process scoped' });
    expect(telemetry).toHaveSpan('process scoped', {
      attributes: { 'code.function.name': 'ScopedProcessor.process' },
    });
  });

  it('that was put off begins a trace of its own, with a link to the publisher', async () => {
    await using app = await start();
    await app.mail.add('later', { to: 'ada' }, { delay: 30 });
    await ended('process mail', 1);
    expect(telemetry).toHaveSpan('process mail', {
      parent: null,
      links: [
        {
          spanId: telemetry.span('publish mail').spanContext().spanId,
          attributes: { 'nestjs.link': 'enqueued_by' },
        },
      ],
    });
  });

  it.each(['continue', 'restart'] as const)('follows traces.jobs.inbound: %s', async (inbound) => {
    await using app = await start({ traces: { jobs: { inbound } } });
    await app.mail.add('now', { to: 'ada' });
    await app.mail.add('later', { to: 'bob' }, { delay: 20 });
    await ended('process mail', 2);
    const parent = inbound === 'continue' ? 'publish mail' : null;
    expect(telemetry).toHaveSpan('process mail', { parent, count: 2 });
    for (const { links } of named('process mail')) expect(links).toHaveLength(parent === null ? 1 : 0);
  });

  it('of a scheduler begins a new trace every time, with a link to who set it up', async () => {
    await using app = await start({ traces: { jobs: { inbound: 'continue' } } });
    const template = { name: 'digest', data: { to: 'all' } };
    await runInSpan('setup', {}, () => app.mail.upsertJobScheduler('daily', { every: 50 }, template));
    await ended('process mail', 4);
    await app.mail.removeJobScheduler('daily');

    const [publish, ...more] = named('publish mail');
    expect(more).toEqual([]);
    expect(publish?.attributes).toMatchObject({
      'bullmq.job.scheduler.id': 'daily',
      'bullmq.job.name': 'digest',
    });
    const runs = named('process mail');
    expect(new Set(runs.map((span) => span.spanContext().traceId)).size).toBe(runs.length);
    for (const { parentSpanContext, links, attributes } of runs) {
      expect(parentSpanContext).toBeUndefined();
      expect(links.map(({ context }) => context.spanId)).toEqual([publish?.spanContext().spanId]);
      expect(attributes['bullmq.job.scheduler.id']).toBe('daily');
    }
    expect(template).toEqual({ name: 'digest', data: { to: 'all' } });
  });

  it.each([
    ['at once', { attempts: 3 }],
    ['after a while', { attempts: 3, backoff: 10 }],
  ])('that is tried again %s has a span for each attempt, linked to the one before', async (_when, opts) => {
    await using app = await start();
    await app.mail.add('flaky', { to: 'ada', fail: 2 }, opts);
    await ended('process mail', 3);

    const [first, second, third] = named('process mail');
    expect(named('process mail').map(({ attributes }) => attributes['bullmq.job.attempt'])).toEqual([
      1, 2, 3,
    ]);
    expect(named('process mail').map(({ status }) => status.message)).toEqual([
      'attempt 1',
      'attempt 2',
      undefined,
    ]);
    expect(telemetry).toHaveSpan('process mail', {
      parent: 'publish mail',
      status: 'error',
      attributes: { 'error.type': 'RangeError' },
      events: ['exception'],
      count: 2,
    });
    expect(first?.links).toEqual([]);
    for (const [attempt, before] of [
      [second, first],
      [third, second],
    ]) {
      expect(attempt?.links.map(({ context, attributes }) => [context.spanId, attributes])).toEqual([
        [before?.spanContext().spanId, { 'nestjs.link': 'previous_attempt' }],
      ]);
    }
    await expect(telemetry).toHaveMetric(PROCESSED, { attributes: { 'error.type': 'RangeError' }, count: 2 });
  });

  it('that is retried by hand is linked to the attempt that failed', async () => {
    await using app = await start();
    const job = await app.mail.add('flaky', { to: 'ada', fail: 1 });
    await ended('process mail', 1);
    await expect.poll(() => job.isFailed()).toBe(true);
    await job.retry();
    await ended('process mail', 2);
    const [failed, retried] = named('process mail');
    expect(retried?.links.map(({ context }) => context.spanId)).toEqual([failed?.spanContext().spanId]);
  });

  it('that moves itself elsewhere has not failed', async () => {
    await using app = await start();
    await app.mail.add('wait', { to: 'ada' });
    await ended('process mail', 2);
    for (const { status, attributes } of named('process mail')) {
      expect(status.code).toBe(0);
      expect(attributes['error.type']).toBeUndefined();
    }
  });

  it('is not mixed up with others at the same time', async () => {
    await using app = await start();
    const numbers = Array.from({ length: 25 }, (_, number) => number);
    await Promise.all(
      numbers.map((number) =>
        runInSpan(`request ${number}`, {}, () => app.mail.add('welcome', { to: `user ${number}` })),
      ),
    );
    await ended('process mail', numbers.length);
    for (const number of numbers) {
      const { traceId } = telemetry.span(`request ${number}`).spanContext();
      const own = telemetry.spans.filter((span) => span.spanContext().traceId === traceId);
      expect(own.map(({ name }) => name)).toContain(`render user ${number}`);
      expect(own.filter(({ name }) => name === 'process mail')).toHaveLength(1);
    }
  });

  it('with omitContext starts on its own', async () => {
    await using app = await start();
    await app.mail.add('private', { to: 'ada' }, { telemetry: { omitContext: true } });
    await ended('process mail', 1);
    expect(telemetry).toHaveSpan('process mail', { parent: null });
    expect(telemetry.span('process mail').links).toEqual([]);
  });

  it('survives metadata that nobody can read', async () => {
    await using app = await start();
    await app.mail.addBulk([]);
    telemetry.clear();
    const raw = new Queue('mail', {
      connection: { ...REDIS },
      prefix: app.prefix,
      telemetry: silentTelemetry(),
    });
    await raw.add('odd', { to: 'ada' });
    await raw.close();
    await ended('process mail', 1);
    expect(telemetry).toHaveSpan('process mail', { parent: null });
    expect(named('publish mail')).toEqual([]);
  });

  it('is left to the telemetry of BullMQ where the application set one', async () => {
    await using app = await start({}, { telemetry: silentTelemetry() });
    await app.mail.add('welcome', { to: 'ada' });
    await expect.poll(() => app.seen).toHaveLength(1);
    expect(telemetry.spans.filter(({ name }) => name.endsWith('mail'))).toEqual([]);
  });
});

describe.skipIf(skipped)('With Redis on 127.0.0.1:6379, telemetry of BullMQ', () => {
  it('is made once for two applications, and ends with the last of them', async () => {
    const methods = (): unknown[] => [
      Reflect.get(Queue.prototype, 'add'),
      Reflect.get(Worker.prototype, 'callProcessJob'),
    ];
    const originals = methods();
    const first = await start();
    const second = await start();
    await second.mail.add('welcome', { to: 'ada' });
    await ended('process mail', 1);
    expect(telemetry).toHaveSpan('publish mail', { count: 1 });
    expect(telemetry).toHaveSpan('process mail', { count: 1 });
    await first.close();
    telemetry.clear();
    await second.mail.add('welcome', { to: 'bob' });
    await ended('process mail', 1);
    await second.close();
    for (const [at, method] of methods().entries()) expect(method).toBe(originals[at]);
  });

  it.each([{ enabled: false }, { traces: { jobs: { enabled: false } } }])(
    'is not there with %j',
    async (options) => {
      await using app = await start(options);
      const job = await app.mail.add('welcome', { to: 'ada' });
      await expect.poll(() => app.seen).toEqual([{ to: 'ada' }]);
      expect(job.opts.telemetry).toBeUndefined();
      expect(telemetry.spans.filter(({ name }) => name.endsWith('mail'))).toEqual([]);
    },
  );
});

/** An adapter as an application may set it; what it writes is no context. */
function silentTelemetry() {
  const span = {
    setSpanOnContext: (context: unknown) => context,
    setAttribute() {},
    setAttributes() {},
    addEvent() {},
    recordException() {},
    end() {},
  };
  return {
    tracer: { startSpan: () => span },
    contextManager: {
      with: <A extends (...args: never[]) => unknown>(_context: unknown, run: A) => run() as ReturnType<A>,
      active: () => ({}),
      getMetadata: () => '{"traceparent":"00-zz',
      fromMetadata: () => ({}),
    },
  };
}
