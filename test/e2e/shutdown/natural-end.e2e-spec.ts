import { describe, expect, it } from 'vitest';
import { receiveGrpc, receiveHttp, refusedEndpoint, type Behaviour } from '../otlp.receiver.js';
import { Program } from '../program.js';

const DEADLINE = 1000;
/** Far more than the deadline and far less than the limits of the exporters (10 s), which must not count. */
const PATIENCE = DEADLINE + 3000;

const receivers = { 'http/protobuf': receiveHttp, 'http/json': receiveHttp, grpc: receiveGrpc } as const;
const PROTOCOLS = ['http/protobuf', 'http/json', 'grpc'] as const;
const COLLECTORS = ['ok', 'down', 'hang'] as const;

// An export is under way, or pauses before its next attempt, when the program has nothing left to do.
describe('A program that has nothing left to do', () => {
  it.concurrent.each(
    PROTOCOLS.flatMap((protocol) => COLLECTORS.map((collector) => ({ protocol, collector }))),
  )(
    'ends without waiting for exporters: $protocol, collector: $collector',
    async ({ protocol, collector }) => {
      await using receiver =
        collector === 'down' ? undefined : await receivers[protocol](collector satisfies Behaviour);
      const endpoint = receiver?.endpoint ?? (await refusedEndpoint());
      const batch = { scheduledDelayMillis: 10 };
      const options = {
        otlp: { endpoint, protocol },
        delivery: 'memory',
        shutdown: { timeoutMillis: DEADLINE },
        traces: { batch, lifecycle: false },
        logs: { batch, exporters: ['otlp'] },
      };
      await using program = new Program('durable.mjs', {
        settings: { options, serves: false, count: 5, idle: 500, end: 'natural' },
        env: { OTEL_METRIC_EXPORT_INTERVAL: '200' },
      });
      const ended = program.ended.then((ending) => ({
        ending,
        at: performance.timeOrigin + performance.now(),
      }));
      const began = Number(await program.says('ending'));
      const { ending, at } = await ended;
      expect(ending).toEqual({ code: 0, signal: null });
      expect(at - began).toBeLessThan(PATIENCE);
      console.log(`${protocol}, ${collector}: ${Math.round(at - began)} ms`);
    },
  );
});
