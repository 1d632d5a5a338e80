import { hrTimeToMilliseconds } from '@opentelemetry/core';
import { type HrTime, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { leanTracer } from './testing-harness.spec-helper.js';

const START = Date.UTC(2030, 0, 1);
let monotonic = 1000;
let epoch = START;

/** As time goes by on both clocks. */
function pass(millis: number): void {
  monotonic += millis;
}

const nanosOf = ([seconds, nanos]: HrTime): bigint => BigInt(seconds) * 1_000_000_000n + BigInt(nanos);

beforeEach(() => {
  monotonic = 1000;
  epoch = START;
  vi.spyOn(performance, 'now').mockImplementation(() => monotonic);
  vi.spyOn(Date, 'now').mockImplementation(() => Math.floor(epoch + monotonic));
});
afterEach(() => {
  vi.restoreAllMocks();
});

describe('the times of spans', () => {
  it('are those of the system clock', () => {
    const { tracer, single } = leanTracer();
    const span = tracer.startSpan('work');
    pass(12.5);
    span.end();
    expect(Math.abs(hrTimeToMilliseconds(single().startTime) - (START + 1000))).toBeLessThan(1);
    expect(hrTimeToMilliseconds(single().duration)).toBeCloseTo(12.5, 5);
  });

  it('enclose the spans within, also when the system clock is set meanwhile', () => {
    const { tracer, spans } = leanTracer();
    const parent = tracer.startSpan('parent');
    pass(3.0001);
    epoch -= 700;
    const child = tracer.startSpan('child', {}, trace.setSpan(ROOT_CONTEXT, parent));
    pass(2000.25);
    child.addEvent('within');
    child.end();
    pass(0.0001);
    parent.end();
    const [inner, outer] = spans().map(({ startTime, endTime }) => ({
      start: nanosOf(startTime),
      end: nanosOf(endTime),
    }));
    expect(inner?.start).toBeGreaterThan(outer?.start ?? 0n);
    expect(inner?.end).toBeLessThan(outer?.end ?? 0n);
  });

  it('are right again for the next trace after the system clock was set', () => {
    const { tracer, spans } = leanTracer();
    tracer.startSpan('before').end();
    epoch += 3_600_000;
    tracer.startSpan('after').end();
    const [before, after] = spans().map(({ startTime }) => hrTimeToMilliseconds(startTime));
    expect(Math.abs(Number(after) - Number(before) - 3_600_000)).toBeLessThan(2);
  });

  it('are right in a span that outlived a sleep of the machine', () => {
    const { tracer, spans } = leanTracer();
    const worker = trace.setSpan(ROOT_CONTEXT, tracer.startSpan('worker'));
    pass(2000);
    epoch += 3_600_000;
    tracer.startSpan('job', {}, worker).end();
    expect(
      Math.abs(hrTimeToMilliseconds(spans()[0]?.startTime ?? [0, 0]) - (epoch + monotonic)),
    ).toBeLessThan(2);
  });

  it('follow a clock that a test sets back', () => {
    const { tracer, spans } = leanTracer();
    tracer.startSpan('real').end();
    monotonic = 0;
    epoch = 0;
    const parent = trace.setSpan(ROOT_CONTEXT, tracer.startSpan('faked'));
    tracer.startSpan('within', {}, parent).end();
    expect(hrTimeToMilliseconds(spans()[1]?.startTime ?? [-1, 0])).toBeCloseTo(0, -1);
  });

  it('may be given in every form, exactly', () => {
    const { tracer, spans } = leanTracer();
    tracer.startSpan('pair', { startTime: [1_900_000_000, 5] }).end([1_900_000_001, 7]);
    tracer.startSpan('millis', { startTime: 1_900_000_000_125 }).end(1_900_000_000_250.5);
    tracer.startSpan('date', { startTime: new Date(1_900_000_000_125) }).end(new Date(1_900_000_000_126));
    expect(spans().map(({ startTime, endTime, duration }) => [startTime, endTime, duration])).toEqual([
      [
        [1_900_000_000, 5],
        [1_900_000_001, 7],
        [1, 2],
      ],
      [
        [1_900_000_000, 125_000_000],
        [1_900_000_000, 250_500_000],
        [0, 125_500_000],
      ],
      [
        [1_900_000_000, 125_000_000],
        [1_900_000_000, 126_000_000],
        [0, 1_000_000],
      ],
    ]);
  });

  it('may be readings of performance.now()', () => {
    const { tracer, single } = leanTracer();
    const startTime = performance.now();
    pass(8);
    const span = tracer.startSpan('work', { startTime });
    pass(8);
    span.end(startTime + 12);
    expect(hrTimeToMilliseconds(single().duration)).toBeCloseTo(12, 5);
  });

  it('never run backwards', () => {
    const { tracer, single } = leanTracer();
    const span = tracer.startSpan('work');
    span.end(START - 5000);
    expect(single().endTime).toEqual(single().startTime);
    expect(single().duration).toEqual([0, 0]);
  });

  it('are not known before the end', () => {
    const { tracer } = leanTracer();
    const span = tracer.startSpan('work');
    expect(span).toMatchObject({ endTime: [0, 0], duration: [-1, -1], ended: false });
  });
});
