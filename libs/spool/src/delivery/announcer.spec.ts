import { beforeEach, describe, expect, it } from 'vitest';
import type { SpoolEvent } from '../spool.events.js';
import { Announcer } from './announcer.js';

let now: number;
let events: SpoolEvent[];
let announcer: Announcer;
beforeEach(() => {
  now = 0;
  events = [];
  announcer = new Announcer(
    (event) => events.push(event),
    () => 42,
    () => now,
  );
});

describe('What is said', () => {
  it('in an outage of ten minutes is no more than twelve lines', () => {
    const destination = {};
    for (; now < 600_000; now += 1000) {
      announcer.failed(destination, 'ECONNREFUSED');
      announcer.dropped('full', 100);
      announcer.tick();
    }
    announcer.succeeded(destination);
    for (; now < 700_000; now += 1000) announcer.tick();
    expect(events.map(({ type }) => type)).toEqual([
      'outage-began',
      'drops-began',
      ...Array.from({ length: 4 }, () => 'outage-continues'),
      'outage-ended',
      'drops-ended',
    ]);
    expect(events.at(-2)).toEqual({ type: 'outage-ended', millis: 600_000, waiting: 42 });
    expect(events.at(-1)).toEqual({ type: 'drops-ended', reason: 'full', records: 60_000 });
  });

  it('of two destinations is one outage, which ends with the last', () => {
    const [traces, logs] = [{}, {}];
    announcer.failed(traces, 'a');
    announcer.failed(logs, 'b');
    announcer.succeeded(traces);
    expect(announcer.isOutage).toBe(true);
    announcer.succeeded(logs);
    expect(events.map(({ type }) => type)).toEqual(['outage-began', 'outage-ended']);
  });

  it('to a listener that throws does no harm', () => {
    const broken = new Announcer(
      () => {
        throw new Error('no');
      },
      () => 0,
    );
    expect(() => broken.failed({}, 'x')).not.toThrow();
  });
});
