import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Collector } from './collector.js';
import { droppedOf, eventsOf, Folder, isLong, namesOf, optionsFor, produce, statsOf } from './producer.js';

const RATE = 1000;
const SECONDS = isLong ? 60 : 10;
const BATCH = 1024;
const MEGABYTE = 2 ** 20;

it(`An outage of ${SECONDS} s at ${RATE} spans a second loses nothing, says little and takes no memory`, async () => {
  using folder = new Folder();
  await using collector = await new Collector().start();
  await using other = await new Collector().start();
  const count = (SECONDS + 4) * RATE;
  const production = { run: 'outage', count, rate: RATE, end: 'settle' } as const;
  // The pauses between attempts are those of production.
  const optionsOf = (name: string, { url }: Collector) => ({
    ...optionsFor(join(folder.path, name), { url }),
    retry: {},
  });
  await using program = produce(optionsOf('outage', collector), production);
  // The same without an outage, for a process takes more memory with time anyway.
  await using healthy = produce(optionsOf('healthy', other), production);
  await program.says('ready');
  await delay(2000);
  expect(collector.taken.size).toBeGreaterThan(0);
  await collector.stop();
  await delay(SECONDS * 1000);
  const taken = collector.taken.size;
  await collector.start();

  const stats = await statsOf(program);
  expect(await program.ended).toEqual({ code: 0, signal: null });
  expect(namesOf('outage', count).filter((name) => !collector.taken.has(name))).toEqual([]);
  expect(collector.taken.size - taken).toBeGreaterThan(SECONDS * RATE * 0.8);
  expect(collector.duplicates).toBeLessThanOrEqual(BATCH);
  expect(droppedOf(stats)).toBe(0);
  expect(stats.signals.traces.sent).toBe(count);
  expect(stats.waiting).toBe(0);
  const growth = stats.growth - (await statsOf(healthy)).growth;
  expect(growth).toBeLessThan(30 * MEGABYTE);
  const events = eventsOf(program);
  expect(events.map(({ type }) => type).filter((type) => type !== 'outage-continues')).toEqual([
    'outage-began',
    'outage-ended',
  ]);
  expect(events.length).toBeLessThanOrEqual(12);
  console.log(`${count} spans, ${Math.round(growth / MEGABYTE)} MB more than without an outage`);
});
