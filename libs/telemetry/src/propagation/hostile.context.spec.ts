import { propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { recordTelemetry, type TelemetryRecorder } from '../testing/index.js';
import { extract } from './extract.js';
import { inject } from './inject.js';
import { createPropagator } from './propagators.js';
import { TRACEPARENT } from './headers.spec-helper.js';

const seed = Number(process.env['FUZZ_SEED'] ?? Date.now() % 2 ** 31);
const NAMES = ['traceparent', 'tracestate', 'baggage', 'b3', 'x-b3-traceid', 'x-b3-spanid', 'uber-trace-id'];
const MEGABYTE = 1_048_576;

/** A generator that can be started again from its seed (mulberry32). */
function randomFrom(start: number): (below: number) => number {
  let state = start;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const CORPUS: readonly string[] = [
  TRACEPARENT,
  '\r\nx-injected: 1',
  'k=v;💥',
  'k=v;\u0000\u001b[31m',
  'k=\ud83d',
  '%'.repeat(9000),
  '%f0%9f%92%a5',
  '__proto__=1,constructor=2,toString=3',
  ','.repeat(MEGABYTE),
  ';'.repeat(MEGABYTE),
  '='.repeat(MEGABYTE),
  'a'.repeat(MEGABYTE),
  'f'.repeat(MEGABYTE),
  '%41'.repeat(MEGABYTE / 4),
  ' '.repeat(MEGABYTE),
  '\t,'.repeat(MEGABYTE / 2),
  Array.from({ length: 100_000 }, (_, at) => `k${at}=v`).join(','),
  Array.from({ length: 32 }, (_, at) => `${'k'.repeat(250)}${at}=${'v'.repeat(256)}`).join(','),
];
const PIECES = [
  '=',
  ',',
  ';',
  '-',
  ':',
  ' ',
  '\t',
  '%',
  '%2',
  '%ff',
  '0',
  'a',
  'F',
  '@',
  '\n',
  '\u0000',
  'é',
  '💥',
  '\ud83d',
  '00-',
];

/** Receives and sends on; whatever comes out has to be fit for any HTTP client. */
function survive(headers: object): void {
  const received = extract(headers, { context: ROOT_CONTEXT });
  const sent = inject<Record<string, string>>({}, { context: received });
  for (const [name, value] of Object.entries(sent)) {
    expect(name).toMatch(/^[a-z0-9-]+$/);
    expect(value).toMatch(/^[\x20-\x7e]+$/);
    expect(value.length).toBeLessThanOrEqual(2048);
    new Headers().set(name, value);
  }
  const span = trace.getSpanContext(received);
  expect(span === undefined || trace.isSpanContextValid(span)).toBe(true);
  for (const [key] of propagation.getBaggage(received)?.getAllEntries() ?? []) expect(key).not.toBe('');
}

describe(`Hostile context (FUZZ_SEED=${seed})`, () => {
  let telemetry: TelemetryRecorder;
  beforeAll(() => {
    const propagator = createPropagator(['tracecontext', 'baggage', 'b3', 'jaeger']);
    telemetry = recordTelemetry({ propagator });
  });
  afterEach(() => telemetry.clear());
  afterAll(() => telemetry.stop());

  it.each(CORPUS.map((value) => [JSON.stringify(value.slice(0, 20)), value.length, value] as const))(
    'is survived in every header: %s… of %i characters',
    (_start, _length, value) => {
      for (const name of NAMES) {
        survive({ traceparent: TRACEPARENT, [name]: value });
        survive({ traceparent: TRACEPARENT, [name]: [value, value] });
        survive({ traceparent: TRACEPARENT, [name]: Buffer.from(value) });
        survive(
          new Map([
            ['traceparent', TRACEPARENT],
            [name, value],
          ]),
        );
      }
      expect(telemetry.warnings).toEqual([]);
    },
  );

  it('is looked at only as far as it can be of use', () => {
    let reads = 0;
    const lines = new Proxy(
      Array.from({ length: 1_000_000 }, () => 'k=v'),
      {
        get(target, key, receiver) {
          reads += 1;
          return Reflect.get(target, key, receiver) as unknown;
        },
      },
    );
    const getter = { get: () => lines, keys: () => [] };
    for (const name of ['tracecontext', 'baggage', 'b3', 'jaeger'] as const) {
      createPropagator([name]).extract(ROOT_CONTEXT, {}, getter);
    }
    expect(reads).toBeLessThan(20_000);
  });

  it('is survived at random', () => {
    const random = randomFrom(seed);
    for (let round = 0; round < 3000; round++) {
      const headers: Record<string, string> = {};
      for (const name of NAMES) {
        const start = random(2) === 0 ? (CORPUS[random(8)] ?? '').slice(0, 200) : '';
        headers[name] =
          Array.from({ length: random(30) }, () => PIECES[random(PIECES.length)]).join('') + start;
      }
      if (random(2) === 0) headers['traceparent'] = TRACEPARENT;
      survive(headers);
    }
    expect(telemetry.warnings).toEqual([]);
  });

  it('is survived when a valid header was damaged in one place', () => {
    const random = randomFrom(seed);
    const valid = { traceparent: TRACEPARENT, tracestate: 'foo=1,b@r=2', baggage: 'a=1;p=2,b=%20;q' };
    for (let round = 0; round < 3000; round++) {
      const damaged = Object.entries(valid).map(([name, value]) => {
        const at = random(value.length + 1);
        const piece =
          random(20) === 0 ? String.fromCharCode(random(65_536)) : (PIECES[random(PIECES.length)] ?? '');
        return [name, value.slice(0, at) + piece + value.slice(at + random(2))];
      });
      survive(Object.fromEntries(damaged) as object);
    }
    expect(telemetry.warnings).toEqual([]);
  });
});
