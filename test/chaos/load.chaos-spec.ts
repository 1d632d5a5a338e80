import { expect, it } from 'vitest';
import { Collector } from './collector.js';
import { droppedOf, Folder, isLong, namesOf, optionsFor, produce, statsOf } from './producer.js';

const SECONDS = isLong ? 30 : 3;
const MEGABYTE = 2 ** 20;

// To make and encode 50 000 spans a second takes 90 MB without a spool.
it.each([
  [10_000, 150],
  [50_000, isLong ? 220 : 180],
])('A process that makes %i spans a second loses none and stays below %i MB', async (rate, most) => {
  using folder = new Folder();
  await using collector = await new Collector().start();
  const count = rate * SECONDS;
  const options = {
    ...optionsFor(folder.path, { url: collector.url, compression: 'none' }),
    maxBytes: 2 ** 30,
  };
  await using program = produce(options, { run: 'load', count, rate, end: 'settle' });
  const stats = await statsOf(program);
  expect(namesOf('load', count).filter((name) => !collector.taken.has(name))).toEqual([]);
  expect(droppedOf(stats)).toBe(0);
  expect(stats.rss).toBeLessThan(most * MEGABYTE);
  console.log(`${rate} spans/s: ${Math.round(stats.rss / MEGABYTE)} MB`);
});
