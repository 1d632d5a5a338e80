import { type Context, ROOT_CONTEXT, type Span, SpanStatusCode } from '@opentelemetry/api';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { keepExchange } from '../../propagation/keep.exchange.js';
import { awaited } from '../../sampling.context.js';
import { calledBy, inside, tracing } from '../../sdk/sampling/sampling.spec-helper.js';
import { Dice } from '../../sdk/tracer/random-calls.spec-helper.js';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance', 'setInterval', 'clearInterval', 'Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 1e9));
const digits = (dice: Dice): string => Array.from({ length: 14 }, () => dice.below(16).toString(16)).join('');

/** A context a span may begin in: none, a caller's, or that of a span of some trace, open or not. */
function place(dice: Dice, spans: readonly Span[]): Context {
  const known = spans[Math.max(0, spans.length - 1 - dice.below(12))];
  if (known !== undefined && dice.below(4) > 0) return inside(known);
  if (dice.below(2) === 0) return ROOT_CONTEXT;
  const randomness = digits(dice);
  const context =
    dice.below(3) === 0
      ? calledBy('sampled', { randomness, state: 'ot=th:fd70a' })
      : calledBy('not sampled', { randomness });
  return dice.below(2) === 0 ? awaited(context) : context;
}

it(`Every span comes out once, and a trace as a whole, whatever happens (SEED=${seed})`, async () => {
  const dice = new Dice(seed);
  for (let run = 0; run < 40; run += 1) {
    const { start, ids, end, provider, counts } = tracing({
      ratio: 0.3,
      keep: { firstSeenRoutes: false, slowerThanMillis: 3000, holdMillis: dice.below(2) * 2000 },
    });
    const spans: Span[] = [];
    const open: Span[] = [];
    for (let step = 0; step < 400; step += 1) {
      const what = dice.below(10);
      if (what < 5) {
        ids.randomness = digits(dice);
        const span = start('span', place(dice, spans));
        spans.push(span);
        open.push(span);
      } else if (what < 8) {
        const [span] = open.splice(dice.below(open.length), 1);
        if (dice.below(20) === 0) span?.setStatus({ code: SpanStatusCode.ERROR });
        span?.end();
      } else if (what === 8) {
        vi.advanceTimersByTime(dice.below(400));
      } else {
        const span = spans[dice.below(spans.length)];
        if (span !== undefined) keepExchange.received(span.spanContext().traceId);
      }
    }
    for (const span of open) span.end();
    await provider.shutdown();

    expect(counts().waiting).toBe(0);
    expect([...counts().evicted.keys()].filter((reason) => reason !== 'shutdown')).toEqual([]);
    expect(new Set(end.ended).size).toBe(end.ended.length);
    expect(end.ended).toHaveLength(spans.length);
    // What a trace counts is said alike by all that decided at once: none is kept without a weight.
    for (const span of end.kept) expect(span.attributes['sampling.weight']).toBeGreaterThanOrEqual(1);
    // A span that is kept has its parent in this process kept, unless that one was decided before it began.
    const kept = new Set(end.kept.map((span) => span.spanContext().spanId));
    const ended = new Map(end.ended.map((span) => [span.spanContext().spanId, span]));
    for (const { parentSpanContext, startTime } of end.kept) {
      const parent = parentSpanContext && ended.get(parentSpanContext.spanId);
      if (parent === undefined || kept.has(parent.spanContext().spanId)) continue;
      expect(startTime[0] * 1e9 + startTime[1]).toBeGreaterThanOrEqual(
        parent.endTime[0] * 1e9 + parent.endTime[1],
      );
    }
  }
});
