import { describe, expect, it } from 'vitest';
import { ErrorRates } from './error.rates.js';

const MINUTE = 60_000;

function rates() {
  let now = 0;
  const subject = new ErrorRates(
    { minRatio: 0.01, maxRatio: 0.51, fullAt: 0.1, halfLifeMillis: MINUTE },
    () => now,
  );
  return {
    record: (key: string, requests: number, failed: number) => {
      for (let at = 0; at < requests; at += 1) subject.record(key, at < failed);
    },
    ratioOf: (key: string) => subject.ratioOf(key),
    passes: (millis: number) => {
      now += millis;
    },
  };
}

describe('The ratio', () => {
  it('is the least where nothing fails, and where nothing is known', () => {
    const subject = rates();
    subject.record('GET /', 100, 0);
    expect(subject.ratioOf('GET /')).toBe(0.01);
    expect(subject.ratioOf('GET /unheard-of')).toBe(0.01);
  });

  it('rises with the share of requests that fail, up to its maximum', () => {
    const subject = rates();
    subject.record('some', 100, 5);
    subject.record('many', 100, 10);
    subject.record('all', 100, 100);
    expect(subject.ratioOf('some')).toBeCloseTo(0.26);
    expect(subject.ratioOf('many')).toBeCloseTo(0.51);
    expect(subject.ratioOf('all')).toBeCloseTo(0.51);
  });

  it('does not take one failure for a rate', () => {
    const subject = rates();
    subject.record('GET /', 1, 1);
    expect(subject.ratioOf('GET /')).toBeCloseTo(0.11);
  });

  it('of one kind of request does not follow the errors of another', () => {
    const subject = rates();
    subject.record('POST /', 100, 100);
    subject.record('GET /', 100, 0);
    expect(subject.ratioOf('GET /')).toBe(0.01);
  });

  it('comes down again, with other requests and with time alone', () => {
    const subject = rates();
    subject.record('busy', 100, 10);
    subject.record('idle', 100, 10);
    subject.passes(3 * MINUTE);
    subject.record('busy', 100, 0);
    expect(subject.ratioOf('busy')).toBeLessThan(0.08);
    subject.passes(20 * MINUTE);
    expect(subject.ratioOf('idle')).toBe(0.01);
  });

  it('is remembered for the kinds that are asked for, whatever strangers make up', () => {
    const subject = rates();
    for (let at = 0; at < 2000; at += 1) {
      subject.record(`GET /${'x'.repeat(at)}`, 1, 0);
      subject.record('GET /', 1, 1);
    }
    expect(subject.ratioOf('GET /')).toBeCloseTo(0.51);
  });
});
