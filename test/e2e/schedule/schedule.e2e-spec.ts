import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Cron, Interval, ScheduleModule, SchedulerRegistry, Timeout } from '@nestjs/schedule';
import { Span, TelemetryModule, runInSpan, type TelemetryOptions } from 'nest-telemetry';
import { recordTelemetry, waitForSpans, type TelemetryRecorder } from 'nest-telemetry/testing';
import 'nest-telemetry/testing/vitest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const RUNS = 'nestjs.schedule.run.duration';

@Injectable()
class CleanupService {
  @Cron('*/1 * * * * *', { name: 'nightly', timeZone: 'UTC' })
  async purge(): Promise<void> {
    await this.#delete();
  }

  @Interval('heartbeat', 20)
  beat(): string {
    return 'alive';
  }

  @Timeout(5)
  async warmUp(): Promise<void> {
    await sleep(1);
    throw new TypeError('cold');
  }

  async #delete(): Promise<void> {
    await sleep(1);
    runInSpan('delete-rows', {}, () => new Logger('Cleanup').log('deleted'));
  }
}

/** Takes longer than its interval, and every other run fails. */
@Injectable()
class SlowService {
  started = 0;

  @Interval(10)
  async work(): Promise<void> {
    this.started += 1;
    const own = this.started;
    await sleep(35);
    runInSpan(`step ${own}`, {}, () => undefined);
    if (own % 2 === 0) throw new Error(`run ${own} failed`);
  }
}

@Injectable()
class Ticker {
  ticks = 0;

  @Interval(5)
  tick(): void {
    this.ticks += 1;
  }
}

@Injectable()
class DecoratedService {
  @Interval(15)
  @Span('inner-span')
  first(): void {}

  @Span('inner-span')
  @Interval(15)
  second(): void {}
}

let telemetry: TelemetryRecorder;
beforeEach(() => void (telemetry = recordTelemetry()));
afterEach(() => telemetry.stop());

async function start(provider: new () => object, options: TelemetryOptions = {}) {
  @Module({
    imports: [ScheduleModule.forRoot(), TelemetryModule.forRoot({ serviceName: 'jobs', ...options })],
    providers: [provider],
  })
  class AppModule {}
  const app = await NestFactory.createApplicationContext(AppModule, { abortOnError: false });
  return Object.assign(app, { [Symbol.asyncDispose]: () => app.close() });
}

const named = (name: string) => telemetry.spans.filter((span) => span.name === name);

describe('A scheduled method', () => {
  it('runs in a root span that is named by its type, class and method', async () => {
    await using _app = await start(CleanupService);
    await waitForSpans(telemetry, 'cron CleanupService.purge', 5000);

    expect(telemetry).toHaveSpan('cron CleanupService.purge', {
      parent: null,
      kind: 'internal',
      status: 'unset',
      attributes: {
        'nestjs.schedule.type': 'cron',
        'nestjs.schedule.name': 'nightly',
        'nestjs.schedule.cron': '*/1 * * * * *',
        'nestjs.schedule.time_zone': 'UTC',
        'code.function.name': 'CleanupService.purge',
        'nestjs.provider': 'CleanupService',
        'nestjs.callback': 'purge',
      },
    });
    expect(telemetry).toHaveSpan('delete-rows', { parent: 'cron CleanupService.purge' });
    const [run] = named('cron CleanupService.purge');
    expect(telemetry).toHaveLogged('deleted', { traceId: run?.spanContext().traceId ?? '' });
    expect(telemetry).toHaveSpan('interval CleanupService.beat', {
      attributes: { 'nestjs.schedule.name': 'heartbeat', 'nestjs.schedule.milliseconds': 20 },
    });
    await expect(telemetry).toHaveMetric(RUNS, {
      attributes: { 'nestjs.schedule.type': 'cron', 'code.function.name': 'CleanupService.purge' },
    });
  });

  it('is linked to the run before it, in another trace', async () => {
    await using _app = await start(CleanupService);
    const isThird = (): boolean => named('interval CleanupService.beat').length >= 3;
    await waitForSpans(telemetry, isThird, 5000);

    const [first, second, third] = named('interval CleanupService.beat');
    expect(first?.links).toEqual([]);
    for (const [run, before] of [
      [second, first],
      [third, second],
    ]) {
      expect(run?.links.map(({ context, attributes }) => [context.spanId, attributes])).toEqual([
        [before?.spanContext().spanId, { 'nestjs.link': 'previous_run' }],
      ]);
      expect(run?.spanContext().traceId).not.toBe(before?.spanContext().traceId);
    }
  });

  it('fails with an error that Nest only logs, in the trace of the run', async () => {
    await using _app = await start(CleanupService);
    await waitForSpans(telemetry, 'timeout CleanupService.warmUp', 5000);

    expect(telemetry).toHaveSpan('timeout CleanupService.warmUp', {
      status: 'error',
      statusMessage: 'cold',
      attributes: { 'error.type': 'TypeError', 'nestjs.schedule.milliseconds': 5 },
      events: [{ name: 'exception', attributes: { 'exception.message': 'cold' } }],
    });
    const { traceId } = telemetry.span('timeout CleanupService.warmUp').spanContext();
    expect(telemetry).toHaveLogged(/cold/, { context: 'Scheduler', level: 'error', traceId });
    await expect(telemetry).toHaveMetric(RUNS, {
      attributes: { 'code.function.name': 'CleanupService.warmUp', 'error.type': 'TypeError' },
      count: 1,
    });
  });

  it('does not mix runs that overlap', async () => {
    await using _app = await start(SlowService);
    const isSixth = (): boolean => named('interval SlowService.work').length >= 6;
    await waitForSpans(telemetry, isSixth, 5000);

    const steps = telemetry.spans.filter(({ name }) => name.startsWith('step '));
    expect(steps.length).toBeGreaterThanOrEqual(6);
    for (const step of steps) {
      const number = Number(step.name.slice(5));
      const run = named('interval SlowService.work').find(
        (span) => span.spanContext().spanId === step.parentSpanContext?.spanId,
      );
      // The last run may still be on its way.
      if (run === undefined) continue;
      expect(run.status.message).toBe(number % 2 === 0 ? `run ${number} failed` : undefined);
    }
    expect(new Set(steps.map(({ parentSpanContext }) => parentSpanContext?.spanId)).size).toBe(steps.length);
  });

  it('may have @Span() above or below', async () => {
    await using _app = await start(DecoratedService);
    const areBoth = (): boolean =>
      named('interval DecoratedService.first').length > 0 &&
      named('interval DecoratedService.second').length > 0;
    await waitForSpans(telemetry, areBoth, 5000);
    expect(telemetry).toHaveSpan('inner-span', { parent: 'interval DecoratedService.first' });
    expect(telemetry).toHaveSpan('inner-span', { parent: 'interval DecoratedService.second' });
  });
});

describe('A cron job that is added at run time', () => {
  type Job = ReturnType<SchedulerRegistry['getCronJob']>;

  it('is a root span of the type, with its name as an attribute, wherever it was added', async () => {
    await using app = await start(CleanupService);
    const registry = app.get(SchedulerRegistry, { strict: false });
    const jobs = registry.getCronJob('nightly').constructor as unknown as { from(options: object): Job };
    runInSpan('request', {}, () => {
      const onTick = async (): Promise<void> => {
        await sleep(1);
        runInSpan('remind', {}, () => undefined);
      };
      const job = jobs.from({ cronTime: '*/1 * * * * *', onTick });
      registry.addCronJob('reminder-4711', job);
      job.start();
    });
    await waitForSpans(telemetry, 'cron', 5000);
    expect(telemetry).toHaveSpan('cron', {
      parent: null,
      attributes: {
        'nestjs.schedule.name': 'reminder-4711',
        'nestjs.schedule.cron': '*/1 * * * * *',
        'code.function.name': undefined,
      },
    });
    expect(telemetry).toHaveSpan('remind', { parent: 'cron' });
  });
});

describe('Telemetry of scheduled methods', () => {
  it('is made once for two applications, and ends with the last of them', async () => {
    const original = Reflect.get(SchedulerRegistry.prototype, 'addCronJob');
    const first = await start(CleanupService);
    const second = await start(SlowService);
    expect(Reflect.get(SchedulerRegistry.prototype, 'addCronJob')).not.toBe(original);
    await first.close();
    telemetry.clear();
    await waitForSpans(telemetry, 'interval SlowService.work', 5000);
    await second.close();

    const runs = named('interval SlowService.work');
    expect(runs.every(({ parentSpanContext }) => parentSpanContext === undefined)).toBe(true);
    expect(runs.length).toBeLessThanOrEqual(second.get(SlowService).started);
    expect(Reflect.get(SchedulerRegistry.prototype, 'addCronJob')).toBe(original);
  });

  it.each([{ enabled: false }, { traces: { schedule: { enabled: false } } }])(
    'is not there with %j',
    async (options) => {
      await using app = await start(Ticker, options);
      await expect.poll(() => app.get(Ticker).ticks).toBeGreaterThan(3);
      expect(named('interval Ticker.tick')).toEqual([]);
    },
  );
});
