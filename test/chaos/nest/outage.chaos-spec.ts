import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Collector } from '../collector.js';
import { Folder, isLong, namesOf } from '../producer.js';
import { Application, missing } from './application.js';

const RATE = 1000;
const SECONDS = isLong ? 600 : 60;
/** Before it, so that the process has what it needs anyway, and after it. */
const HEALTHY_SECONDS = 5;
const COUNT = (SECONDS + 2 * HEALTHY_SECONDS) * RATE;
/** As many as are sent in one request. */
const BATCH = 1024;
const MOST_DRAIN_MILLIS = 60_000;
const MEGABYTE = 2 ** 20;

it(`An application whose collector is away for ${SECONDS} s at ${RATE} spans a second loses nothing, says little and takes no memory`, async () => {
  using folder = new Folder();
  using otherFolder = new Folder();
  await using collector = await new Collector().start();
  await using other = await new Collector().start();
  const work = { run: 'outage', count: COUNT, rate: RATE };
  await using application = new Application(folder, collector, work);
  // The same without an outage, for a process takes more memory with time anyway.
  await using healthy = new Application(otherFolder, other, work);
  const both = [application, healthy];
  await Promise.all(both.map(({ program }) => program.says('listening')));
  await delay(HEALTHY_SECONDS * 1000);
  const before = await Promise.all(both.map((each) => each.memory('anew')));
  expect(collector.taken.size).toBeGreaterThan(0);

  await collector.stop();
  await delay(SECONDS * 1000);
  const taken = collector.taken.size;
  await collector.start();
  const recovered = performance.now();
  // Whoever makes a thousand a second has made so many while it was away, however busy the machine.
  const waited = namesOf('outage', taken + SECONDS * RATE * 0.8);
  expect((await missing(collector, waited, MOST_DRAIN_MILLIS)).length).toBe(0);
  const drainMillis = performance.now() - recovered;

  await application.produced();
  const lost = await missing(collector, namesOf('outage', COUNT), MOST_DRAIN_MILLIS);
  const [growth = 0, usual = 0] = await Promise.all(
    both.map(async (each, index) => (await each.memory('most')) - (before[index] ?? 0)),
  );
  await application.program.prints(/NT_DELIVERY_RESUMED/);
  const said = application.program.stdout.match(/NT_\w+/g) ?? [];
  console.log(
    `outage of ${SECONDS} s: ${COUNT} spans, ${lost.length} lost, ${collector.duplicates} twice; drained in ` +
      `${Math.round(drainMillis)} ms; memory grew by ${Math.round(growth / MEGABYTE)} MB, without an outage by ` +
      `${Math.round(usual / MEGABYTE)} MB; ${said.length} lines: ${said.join(', ')}`,
  );
  expect(lost).toEqual([]);
  expect(collector.duplicates).toBeLessThanOrEqual(BATCH);
  expect(growth - usual).toBeLessThan(30 * MEGABYTE);
  expect(said).toContain('NT_DELIVERY_OUTAGE');
  expect(said.length).toBeLessThanOrEqual(12);
});
