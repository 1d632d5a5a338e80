import { setTimeout as sleep } from 'node:timers/promises';
import { BullModule, Processor, WorkerHost, getQueueToken } from '@nestjs/bullmq';
import { Module, type DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { Queue } from 'bullmq';
import { TelemetryModule, runInSpan } from 'nest-telemetry';
import { describe, expect, it, vi } from 'vitest';
import { REDIS, hasRedis } from './redis.js';

/** Redis is optional for a developer, not for CI. */
const skipped = !hasRedis && process.env['REQUIRE_SERVICES'] !== '1';

const started = vi.fn<() => void>();

@Processor('slow')
class SlowProcessor extends WorkerHost {
  async process(): Promise<void> {
    started();
    await sleep(400);
    runInSpan('last-step', {}, () => undefined);
  }
}

describe.skipIf(skipped)('With Redis on 127.0.0.1:6379, a job that runs when the application stops', () => {
  it.each(['before', 'after'])('is exported with TelemetryModule imported %s BullModule', async (order) => {
    const exported: string[] = [];
    const exporter = {
      export(spans: ReadableSpan[], done: (result: { code: number }) => void) {
        exported.push(...spans.map(({ name }) => name));
        done({ code: 0 });
      },
      async forceFlush() {},
      async shutdown() {},
    };
    const prefix = `nest-telemetry-shutdown-${process.pid}-${Date.now()}`;
    const telemetry = TelemetryModule.forRoot({
      traces: { exporters: [exporter] },
      logs: { enabled: false },
    });
    const bull: DynamicModule[] = [
      BullModule.forRoot({ connection: { ...REDIS }, prefix }),
      BullModule.registerQueue({ name: 'slow' }),
    ];
    @Module({
      imports: order === 'before' ? [telemetry, ...bull] : [...bull, telemetry],
      providers: [SlowProcessor],
    })
    class AppModule {}
    const app = await NestFactory.createApplicationContext(AppModule, { logger: false });
    started.mockClear();
    await app.get<Queue>(getQueueToken('slow')).add('report', {});
    await vi.waitUntil(() => started.mock.calls.length > 0, { timeout: 5000 });
    await app.close();
    const left = new Queue('slow', { connection: { ...REDIS }, prefix });
    await left.obliterate({ force: true });
    await left.close();
    expect(exported).toEqual(expect.arrayContaining(['publish slow', 'last-step', 'process slow']));
  });
});
