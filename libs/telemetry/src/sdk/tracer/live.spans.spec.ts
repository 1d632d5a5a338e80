import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { context, SpanKind, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ResolvedHygieneOptions } from '../../config/resolved-options.js';
import { observeWarnings } from '../../telemetry.warnings.js';
import type { LiveSpans } from './live.spans.js';
import { leanTracer } from './testing-harness.spec-helper.js';

const MINUTE = 60_000;
const QUIET: ResolvedHygieneOptions = { openMillis: MINUTE, explain: false, announceMillis: undefined };

let warnings: string[] = [];
let traces: (string | undefined)[] = [];
let stop: () => void;
beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager());
  stop = observeWarnings((code, text) => {
    warnings.push(`${code} ${text}`);
    traces.push(trace.getActiveSpan()?.spanContext().traceId);
  });
});
beforeEach(() => {
  warnings = [];
  traces = [];
});
afterAll(() => {
  stop();
  context.disable();
});

function tracerWith(hygiene: Partial<ResolvedHygieneOptions> = {}) {
  const { provider, tracer, spans } = leanTracer({ hygiene: { ...QUIET, ...hygiene } });
  const live = provider.live as LiveSpans;
  /** Looks at the spans as if so much time had passed. */
  const after = (millis: number): void => live.scan(performance.now() + millis);
  return { provider, tracer, live, after, spans };
}

describe('A span that is open', () => {
  it('is overdue after its time, until it ends', () => {
    const { tracer, live, after } = tracerWith();
    const [old, other] = [tracer.startSpan('old'), tracer.startSpan('other')];
    after(MINUTE - 1000);
    expect(live.overdue).toBe(0);
    after(MINUTE + 1000);
    after(MINUTE + 2000);
    expect(live.overdue).toBe(2);
    old.end();
    old.end();
    expect(live.overdue).toBe(1);
    other.end();
    expect(live.overdue).toBe(0);
    expect(live.unended).toBe(0);
    expect(warnings, 'which is told by numbers only').toEqual([]);
  });

  it('is named with the line that started it, for whoever develops', () => {
    const { tracer, after } = tracerWith({ explain: true });
    const span = tracer.startSpan('checkout');
    tracer.startSpan('GET /orders', { kind: SpanKind.SERVER });
    after(MINUTE + 1000);
    expect(warnings).toEqual([
      expect.stringMatching(
        /^NT_SPAN_PENDING Span checkout has not ended: it was started 61 s ago \(started at .*live\.spans\.spec\.ts:\d+:\d+\)\./,
      ),
    ]);
    span.end();
  });

  it('is announced where that is wanted: on itself, and in the log of its trace', () => {
    const { tracer, after, spans, live } = tracerWith({ announceMillis: 10_000 });
    const span = tracer.startSpan('import');
    after(11_000);
    after(12_000);
    expect(warnings).toEqual([
      expect.stringContaining('Span import has not ended: it was started 11 s ago.'),
    ]);
    expect(traces).toEqual([span.spanContext().traceId]);
    expect(live.overdue).toBe(0);
    span.end();
    expect(spans()[0]?.events).toMatchObject([
      { name: 'nestjs.span.pending', attributes: { 'nestjs.span.open_time': 11 } },
    ]);
  });

  it('is announced later than it is overdue, if that comes first', () => {
    const { tracer, after, live } = tracerWith({ announceMillis: 2 * MINUTE });
    const span = tracer.startSpan('import');
    after(MINUTE + 1);
    expect([live.overdue, warnings.length]).toEqual([1, 0]);
    after(2 * MINUTE + 1);
    expect([live.overdue, warnings.length]).toEqual([1, 1]);
    span.end();
    expect(live.overdue).toBe(0);
  });

  it('may be ended through an object that wraps it', () => {
    const { tracer, live, after } = tracerWith();
    const spans = ['first', 'wrapped', 'last'].map((name) => tracer.startSpan(name));
    const wrapper = Object.create(spans[1] as object) as (typeof spans)[number];
    wrapper.end();
    spans[1]?.end();
    after(MINUTE + 1);
    expect(live.overdue).toBe(2);
    for (const span of spans) span.end();
    expect(live.overdue).toBe(0);
  });

  it('is told of when telemetry stops, and nothing happens to it afterwards', async () => {
    const { provider, tracer, live } = tracerWith({ explain: true });
    const span = tracer.startSpan('forgotten');
    await provider.shutdown();
    expect(warnings).toEqual([expect.stringContaining('it is open while telemetry stops')]);
    span.end();
    tracer.startSpan('late').end();
    live.scan(performance.now() + MINUTE);
    expect(warnings).toHaveLength(1);
  });
});

describe('A span that nobody can end any more', () => {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;

  /** The garbage collector tells when it has time. */
  async function lost(live: LiveSpans, count: number, attempts = 50): Promise<void> {
    for (let attempt = 0; attempt < attempts && live.unended < count; attempt += 1) {
      collectGarbage();
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  it('is counted and told of, once it is old', async () => {
    const { tracer, live, after } = tracerWith();
    for (let count = 0; count < 20; count += 1) tracer.startSpan('lost');
    const kept = tracer.startSpan('kept');
    after(MINUTE + 1);
    await lost(live, 20);
    expect(live.unended).toBe(20);
    expect(live.overdue, 'the one that is kept').toBe(1);
    expect(warnings[0]).toMatch(/^NT_SPAN_NEVER_ENDED Span lost was never ended/);
    kept.end();
    await lost(live, 21, 3);
    expect(live.unended).toBe(20);
  });

  it('is not waited for when there are very many', async () => {
    const { tracer, live } = tracerWith();
    for (let count = 0; count < 15_000; count += 1) tracer.startSpan('lost');
    await lost(live, 5000);
    expect(live.unended).toBe(5000);
    expect(live.overdue).toBe(0);
  });
});

it('However spans start and end, the open ones are known', () => {
  const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 1e9));
  console.log(`live.spans: SEED=${seed}`);
  let state = seed;
  const random = (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (state >>> 8) % below;
  };
  for (let run = 0; run < 50; run += 1) {
    const { tracer, live, after } = tracerWith();
    const open: { end(): void }[] = [];
    for (let step = 0; step < 60; step += 1) {
      const action = random(10);
      if (action < 5 || open.length === 0) open.push(tracer.startSpan('work'));
      else if (action < 9) open.splice(random(open.length), 1)[0]?.end();
      else after(MINUTE + 1);
    }
    after(MINUTE + 1);
    expect(live.overdue).toBe(open.length);
    for (const span of open) span.end();
    expect(live.overdue).toBe(0);
  }
});
