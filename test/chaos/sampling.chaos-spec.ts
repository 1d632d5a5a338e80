import { decodeTraces, type KeyValue } from '@nest-telemetry/otlp';
import type { TracesOptions } from 'nest-telemetry';
import { describe, expect, it } from 'vitest';
import { receiveHttp } from '../e2e/otlp.receiver.js';
import { Program } from '../e2e/program.js';

/** Where the error of a trace begins, and how many spans it has in the service that orders and in that of the users. */
const ERRORS = {
  /** In the callee, whose caller fails in turn. */
  callee: { order: 3, user: 2 },
  /** In the callee, which answers as if nothing had happened. */
  hidden: { order: 3, user: 3 },
  /** In the second call, after the first one has gone well. */
  second: { order: 4, user: 4 },
  /** In the caller, after the callee has answered. */
  late: { order: 3, user: 2 },
} as const;
const FINE = { order: 3, user: 2 };

const RATIO = 0.01;
const ERROR_TRACES = 10_000;
const FINE_TRACES = 3000;
const CONCURRENCY = 24;

const traces: TracesOptions = {
  ratio: RATIO,
  keep: { firstSeenRoutes: false },
  batch: { maxQueueSize: 100_000, scheduledDelayMillis: 500 },
};

type How = keyof typeof ERRORS | 'fine';

/** Requests in the order in which they are sent: errors of all kinds, and others among them. */
function plan(): How[] {
  const kinds = Object.keys(ERRORS) as How[];
  const total = ERROR_TRACES + FINE_TRACES;
  return Array.from({ length: total }, (_, at) => {
    const isFine = Math.floor(((at + 1) * FINE_TRACES) / total) > Math.floor((at * FINE_TRACES) / total);
    return isFine ? 'fine' : (kinds[at % kinds.length] ?? 'fine');
  });
}

/** Sends all, some at a time; returns which trace each of them was. */
async function send(origin: string, requests: readonly How[]): Promise<Map<string, How>> {
  const sent = new Map<string, How>();
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let how = requests[next++]; how !== undefined; how = requests[next++]) {
      const response = await fetch(`${origin}/orders/${how}`);
      await response.text();
      sent.set(response.headers.get('x-trace-id') ?? '', how);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  return sent;
}

interface KeptSpan {
  readonly service: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly weight: unknown;
}

function spansByTrace(bodies: readonly Buffer[]): Map<string, KeptSpan[]> {
  const found = new Map<string, KeptSpan[]>();
  for (const { resourceSpans } of bodies.map((body) => decodeTraces(body))) {
    for (const { resource, scopeSpans } of resourceSpans) {
      const service = String(valueOf(resource?.attributes, 'service.name'));
      for (const span of scopeSpans.flatMap(({ spans }) => spans)) {
        const { traceId, spanId, parentSpanId } = span;
        const kept = {
          service,
          spanId,
          parentSpanId,
          weight: valueOf(span.attributes, 'sampling.weight'),
        };
        found.set(traceId, [...(found.get(traceId) ?? []), kept]);
      }
    }
  }
  return found;
}

/** What is missing or too much in a trace; undefined if it is complete. */
function faultOf(spans: readonly KeptSpan[], expected: { order: number; user: number }): string | undefined {
  const ids = new Set(spans.map(({ spanId }) => spanId));
  const count = (name: string): number => spans.filter(({ service }) => service === name).length;
  const orphans = spans.filter(({ parentSpanId }) => parentSpanId !== '' && !ids.has(parentSpanId));
  const isComplete =
    count('order') === expected.order && count('user') === expected.user && orphans.length === 0;
  return isComplete ? undefined : `order ${count('order')}, user ${count('user')}, orphans ${orphans.length}`;
}

describe('Two services that sample 1 % and keep errors', () => {
  it('deliver every trace with an error as a whole, 1 % of the others, and nothing of the rest', async () => {
    await using collector = await receiveHttp();
    const options = { endpoint: collector.endpoint, traces, metrics: { enabled: false } };
    await using user = new Program('sampled.mjs', {
      settings: { service: 'user', adapter: 'fastify', options },
    });
    const users = `http://127.0.0.1:${await user.says('listening')}`;
    await using order = new Program('sampled.mjs', {
      settings: { service: 'order', adapter: 'express', options, users },
    });
    const origin = `http://127.0.0.1:${await order.says('listening')}`;

    const sent = await send(origin, plan());
    // What the caller found out last is told with the requests that come next.
    for (const [id, how] of await send(
      origin,
      Array.from({ length: 300 }, () => 'fine' as const),
    )) {
      sent.set(id, how);
    }
    for (const program of [order, user]) {
      program.kill('SIGTERM');
      await program.ended;
    }

    const kept = spansByTrace(
      collector.received.filter(({ path }) => path === '/v1/traces').map(({ body }) => body),
    );
    const faults: string[] = [];
    const weights = new Set<unknown>();
    let fine = 0;
    for (const [id, how] of sent) {
      const spans = kept.get(id) ?? [];
      if (how === 'fine' && spans.length === 0) continue;
      const fault = faultOf(spans, how === 'fine' ? FINE : ERRORS[how]);
      if (fault !== undefined) faults.push(`${how} ${id}: ${fault}`);
      for (const { weight } of spans) weights.add(how === 'fine' ? `fine ${String(weight)}` : weight);
      if (how === 'fine') fine += 1;
    }
    expect(faults.slice(0, 5), `${faults.length} faults`).toEqual([]);
    expect([...sent.values()].filter((how) => how !== 'fine')).toHaveLength(ERROR_TRACES);
    process.stdout.write(`${fine} of ${FINE_TRACES + 300} traces without an error were kept\n`);
    expect(weights).toEqual(new Set([1, expect.stringMatching(/^fine (100|99\.9)/)]));
    const chosen = FINE_TRACES + 300;
    const deviation = Math.sqrt(chosen * RATIO * (1 - RATIO));
    expect(Math.abs(fine - chosen * RATIO)).toBeLessThan(6 * deviation);
    // About a minute on two cores that do little else.
  }, 300_000);
});

function valueOf(attributes: readonly KeyValue[] | undefined, key: string): unknown {
  const value = attributes?.find((attribute) => attribute.key === key)?.value;
  return value?.stringValue ?? value?.doubleValue ?? Number(value?.intValue);
}
