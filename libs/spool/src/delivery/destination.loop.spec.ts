import { setImmediate as turn } from 'node:timers/promises';
import { decodeTraces, encodeResource, encodeScope, encodeSpan } from '@nest-telemetry/otlp';
import { describe, expect, it } from 'vitest';
import { MemoryRing } from '../memory/memory.ring.js';
import { Counters } from '../spool.stats.js';
import { Announcer } from './announcer.js';
import type { Answer } from './answer.js';
import { DestinationLoop } from './destination.loop.js';

const group = {
  signal: 'traces' as const,
  resource: encodeResource({ attributes: { 'service.name': 'test' } }),
  scope: encodeScope({ name: 'test' }),
};

function span(name: string): Uint8Array {
  const message = encodeSpan({
    name,
    kind: 0,
    spanContext: () => ({
      traceId: '0af7651916cd43dd8448eb211c80319c',
      spanId: 'b7ad6b7169203331',
      traceFlags: 1,
    }),
    startTime: [1, 0],
    endTime: [2, 0],
    status: { code: 0 },
    attributes: {},
    links: [],
    events: [],
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  } as never);
  return message ?? new Uint8Array();
}

const TAKEN: Answer = { kind: 'taken', rejected: 0, detail: '' };
const REFUSED: Answer = { kind: 'never', reason: 'HTTP 400', isDivisible: true };

/** Delivers spans with these names to a receiver that answers like this; ends when nothing waits. */
async function deliver(
  names: readonly string[],
  answer: (names: readonly string[], request: number) => Answer,
): Promise<{ requests: string[][]; counters: Counters; waiting: number }> {
  const source = new MemoryRing(1 << 24, () => {});
  for (const name of names) source.push(0, { group, message: span(name) });
  const requests: string[][] = [];
  const counters = new Counters('main');
  const loop = new DestinationLoop({
    signal: 'traces',
    source,
    transport: {
      send: async (request) => {
        const received = decodeTraces(request).resourceSpans.flatMap(({ scopeSpans }) =>
          scopeSpans.flatMap(({ spans }) => spans.map(({ name }) => name)),
        );
        requests.push(received);
        return answer(received, requests.length);
      },
      close: () => {},
    },
    settings: {
      batch: { maxRecords: 64, maxBytes: 1 << 20, delayMillis: 1 },
      retry: { initialMillis: 1, maxMillis: 1, maxRetryAfterMillis: 1 },
    },
    counters,
    announcer: new Announcer(
      () => {},
      () => 0,
    ),
    holdsProcess: true,
  });
  const ended = loop.run();
  for (let left = 10_000; left > 0 && source.waiting() > 0; left -= 1) await turn();
  loop.close();
  await ended;
  return { requests, counters, waiting: source.waiting() };
}

const names = Array.from({ length: 200 }, (_, index) => `span ${index}`);

describe('Delivery', () => {
  it('is in order and in batches', async () => {
    const { requests, counters } = await deliver(names, () => TAKEN);
    expect(requests.flat()).toEqual(names);
    expect(requests.every((request) => request.length <= 64)).toBe(true);
    expect(counters.signals().traces.sent).toBe(200);
  });

  it('is tried again with the same records while it may work later', async () => {
    const { requests, counters } = await deliver(['a', 'b'], (_names, request) =>
      request < 4 ? { kind: 'later', reason: 'HTTP 503' } : TAKEN,
    );
    expect(requests).toEqual([
      ['a', 'b'],
      ['a', 'b'],
      ['a', 'b'],
      ['a', 'b'],
    ]);
    expect(counters.signals().traces).toMatchObject({ sent: 2, retried: 3 });
  });

  it('never sends again what was rejected of a request, and counts it', async () => {
    const { requests, counters } = await deliver(['a', 'b', 'c'], () => ({ ...TAKEN, rejected: 2 }));
    expect(requests).toHaveLength(1);
    expect(counters.signals().traces).toMatchObject({ sent: 1, dropped: { rejected: 2 } });
  });

  it('counts no more rejected records than there were', async () => {
    const { counters } = await deliver(['a'], () => ({ ...TAKEN, rejected: 1e9 }));
    expect(counters.signals().traces).toMatchObject({ sent: 0, dropped: { rejected: 1 } });
  });

  it('finds the records that are refused by halves, and delivers their neighbours once', async () => {
    const poison = new Set(['span 5', 'span 70', 'span 71', 'span 199']);
    const { requests, counters } = await deliver(names, (received) =>
      received.some((name) => poison.has(name)) ? REFUSED : TAKEN,
    );
    expect(counters.signals().traces).toMatchObject({ sent: 196, dropped: { quarantined: 4, refused: 0 } });
    const delivered = requests.filter((request) => !request.some((name) => poison.has(name))).flat();
    expect(delivered).toEqual(names.filter((name) => !poison.has(name)));
    expect(requests.length).toBeLessThan(50);
  });

  it('does not look for records when everything is refused', async () => {
    const { requests, counters } = await deliver(names, () => REFUSED);
    const { dropped } = counters.signals().traces;
    expect(dropped.quarantined + dropped.refused).toBe(200);
    expect(requests.length).toBeLessThan(40);
  });

  it('gives up a batch that was refused for another reason', async () => {
    const { requests, counters } = await deliver(['a', 'b'], () => ({ ...REFUSED, isDivisible: false }));
    expect(requests).toHaveLength(1);
    expect(counters.signals().traces.dropped.refused).toBe(2);
  });
});
