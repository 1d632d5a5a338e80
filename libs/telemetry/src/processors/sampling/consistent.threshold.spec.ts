import { createTraceState } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import { EVERYTHING, isWithin, thresholdIn, thresholdOf, withThreshold } from './consistent.threshold.js';

const traceId = (randomness: string): string => `0af7651916cd43dd84${randomness}`;

describe('The threshold of a share', () => {
  it.each([
    [1, '0', 1],
    [0.75, '4', 4 / 3],
    [0.5, '8', 2],
    [0.25, 'c', 4],
    [0.1, 'e666', 10],
    [0.01, 'fd70a', 100],
    [0.001, 'ffbe77', 1000],
    [2 ** -56 * 3, 'fffffffffffffd', 2 ** 56 / 3],
  ])('%d is written as th:%s', (share, text, weight) => {
    const threshold = thresholdOf(share);
    expect(threshold?.text).toBe(text);
    expect(threshold?.weight).toBeCloseTo(weight, -Math.floor(Math.log10(weight)) + 2);
  });

  it.each([0, -1, Number.NaN, 2 ** -57])('%d is nothing at all', (share) => {
    expect(thresholdOf(share)).toBeUndefined();
  });

  it('chooses by the random bits of the trace id, the smaller share among those of the larger', () => {
    const [half, tenth] = [thresholdOf(0.5), thresholdOf(0.1)];
    expect(isWithin(half ?? EVERYTHING, traceId('80000000000000'), undefined)).toBe(true);
    expect(isWithin(half ?? EVERYTHING, traceId('7fffffffffffff'), undefined)).toBe(false);
    expect(isWithin(tenth ?? EVERYTHING, traceId('e6660000000000'), undefined)).toBe(true);
    expect(isWithin(tenth ?? EVERYTHING, traceId('e665ffffffffff'), undefined)).toBe(false);
  });

  it('chooses by explicit randomness where there is some', () => {
    const half = thresholdOf(0.5) ?? EVERYTHING;
    const state = createTraceState('ot=rv:90000000000000');
    expect(isWithin(half, traceId('00000000000000'), state)).toBe(true);
    expect(isWithin(half, traceId('00000000000000'), createTraceState('ot=rv:short'))).toBe(false);
  });
});

describe('The state of a trace', () => {
  it('tells with which probability it was sampled', () => {
    expect(thresholdIn(createTraceState('ot=th:c'))?.weight).toBe(4);
    expect(thresholdIn(createTraceState('ot=th:0'))).toBe(EVERYTHING);
  });

  it.each(['', 'a=b', 'ot=th:', 'ot=th:xyz', 'ot=th:123456789012345', 'ot=rv:90000000000000'])(
    'tells nothing when it is %j',
    (state) => {
      expect(thresholdIn(createTraceState(state))).toBeUndefined();
    },
  );

  it('keeps everything else when the threshold is written', () => {
    const state = withThreshold(createTraceState('ot=th:8;rv:90000000000000,vendor=x'), EVERYTHING);
    expect(state.serialize()).toBe('ot=th:0;rv:90000000000000,vendor=x');
    expect(withThreshold(undefined, EVERYTHING).serialize()).toBe('ot=th:0');
  });
});
