import { describe, expect, it } from 'vitest';
import { receiveHttp } from '../otlp.receiver.js';
import { Program } from '../program.js';
import { hasRedis } from './redis.js';

/** Redis is optional for a developer, not for CI. */
const skipped = !hasRedis && process.env['REQUIRE_SERVICES'] !== '1';

/** What starts a worker: the program, and @nestjs/bullmq. */
const STARTS = ['start-worker', 'BullRegistrar.onModuleInit'];
/** What closes the connection of the queue. */
const STOP = 'Queue.onApplicationShutdown';

describe.skipIf(skipped)('With Redis on 127.0.0.1:6379 and nest-telemetry/register', () => {
  it('a worker that waits for jobs makes no spans, and a job those of its commands', async () => {
    await using receiver = await receiveHttp();
    await using program = new Program('jobs.mjs', {
      node: ['--import', 'nest-telemetry/register'],
      env: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' },
      settings: { prefix: `nest-telemetry-polling-${process.pid}-${Date.now()}` },
    });
    const { code } = await program.ended;
    expect([code, program.stderr]).toEqual([0, '']);

    const spans = receiver.jsonSpans();
    const byId = new Map(spans.map((span) => [span.spanId, span]));
    const parentName = ({ parentSpanId }: (typeof spans)[0]) =>
      parentSpanId === undefined ? null : byId.get(parentSpanId)?.name;
    const tree = spans.map((span) => [parentName(span), span.name]);
    expect(tree).toContainEqual([null, 'publish mail']);
    expect(tree).toContainEqual(['publish mail', 'process mail']);
    const commands = spans.filter(({ attributes }) => attributes?.['db.system.name'] === 'redis');
    expect(commands).not.toEqual([]);
    for (const command of commands) {
      expect(['publish mail', 'process mail', ...STARTS, STOP]).toContain(parentName(command));
    }
    // What opening its connections takes, but nothing of what it does for as long as it lives.
    const startedBy = (start: string) => tree.filter(([parent]) => parent === start).map(([, name]) => name);
    expect(new Set(startedBy('start-worker'))).toEqual(new Set(['client', 'connect', 'info']));
    // The hook is over as soon as it has begun to connect.
    expect(new Set(startedBy('BullRegistrar.onModuleInit'))).toEqual(new Set(['connect']));
  });
});
