import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  CountingIds,
  makeCalls,
  NotingProcessor,
  NotingSampler,
  TestClock,
} from './comparison.spec-helper.js';
import { GuardSpanProcessor } from '../../processors/guard.span-processor.js';
import { LeanTracerProvider } from './lean.tracer-provider.js';
import { Dice, limits } from './random-calls.spec-helper.js';
import { ParentFollowingSampler } from './sampler-traits.js';

const EPOCH = Date.UTC(2026, 10, 20);
const SEEDS = Array.from({ length: 200 }, (_, index) => index + 1);
/** The official SDK reads the start of a span in whole milliseconds; ours is finer. */
const TOLERANCE_MILLIS = 1.6;

interface Samplers {
  readonly official: Sampler;
  readonly ours: Sampler;
}

const SAMPLERS: Readonly<Record<string, () => Samplers>> = {
  'always on': () => ({ official: new AlwaysOnSampler(), ours: new AlwaysOnSampler() }),
  'always off': () => ({ official: new AlwaysOffSampler(), ours: new AlwaysOffSampler() }),
  'parent-based': () => ({
    official: new ParentBasedSampler({ root: new AlwaysOnSampler() }),
    ours: new ParentBasedSampler({ root: new AlwaysOnSampler() }),
  }),
  'parent-following': () => ({
    official: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(0.7) }),
    ours: new ParentFollowingSampler(new TraceIdRatioBasedSampler(0.7)),
  }),
  'a user’s': () => ({ official: new NotingSampler(), ours: new NotingSampler() }),
  'a user’s below a parent-based one': () => ({
    official: new ParentBasedSampler({ root: new NotingSampler(), localParentSampled: new NotingSampler() }),
    ours: new ParentBasedSampler({ root: new NotingSampler(), localParentSampled: new NotingSampler() }),
  }),
};

beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
});
afterAll(() => {
  context.disable();
});
afterEach(() => {
  vi.restoreAllMocks();
});

function run(seed: number, whose: 'official' | 'ours', samplers: Samplers) {
  const clock = new TestClock(EPOCH);
  vi.spyOn(performance, 'now').mockImplementation(() => clock.monotonic);
  vi.spyOn(Date, 'now').mockImplementation(() => clock.wall);
  // A little early: where the system clock was set back, the official arithmetic yields negative nanoseconds.
  vi.spyOn(performance, 'timeOrigin', 'get').mockReturnValue(EPOCH - 2);
  const dice = new Dice(seed);
  const processor = new NotingProcessor();
  const options = {
    resource: resourceFromAttributes({ 'service.name': 'shop' }),
    sampler: samplers[whose],
    spanLimits: limits(dice),
    idGenerator: new CountingIds(),
  };
  const provider =
    whose === 'official'
      ? new TracerProvider({ ...options, spanProcessors: [processor] })
      : new LeanTracerProvider({ ...options, spanProcessor: new GuardSpanProcessor([processor]) });
  const spans = makeCalls(provider.getTracer('shop', '1.0', { schemaUrl: 'https://shop' }), dice, clock);
  return {
    seen: processor.seen,
    contexts: spans.map((span) => ({ ...span.spanContext() })),
    asked: samplers[whose] instanceof NotingSampler ? samplers[whose].asked : [],
    recording: spans.map((span) => span.isRecording()),
  };
}

/** Replaces what is only nearly the same by one of the two. */
function withTimesOf(actual: unknown, expected: unknown): unknown {
  if (typeof actual !== 'object' || actual === null || typeof expected !== 'object' || expected === null) {
    return actual;
  }
  if (Array.isArray(actual)) {
    return Array.isArray(expected) ? actual.map((each, index) => withTimesOf(each, expected[index])) : actual;
  }
  if (Object.getPrototypeOf(actual) !== Object.prototype) return actual;
  const other = expected as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(actual).map(([name, value]: [string, unknown]) => {
      const near =
        name === 'millis' &&
        typeof value === 'number' &&
        Math.abs(value - Number(other['millis'])) < TOLERANCE_MILLIS;
      return [name, near ? other['millis'] : withTimesOf(value, other[name])];
    }),
  );
}

describe.each(Object.keys(SAMPLERS))('with %s sampler, our spans are the official ones', (name) => {
  const samplers = SAMPLERS[name] as () => Samplers;

  it('after any calls', () => {
    for (const seed of SEEDS) {
      const expected = run(seed, 'official', samplers());
      const actual = run(seed, 'ours', samplers());
      expect(withTimesOf(actual, expected), `seed ${seed}`).toEqual(expected);
    }
  });
});
