import { expect, it } from 'vitest';
import { Collector } from './collector.js';
import { droppedOf, eventsOf, Folder, namesOf, optionsFor, produce, statsOf } from './producer.js';

const SPANS = 2000;

it.each([
  { threadDeaths: 1, sender: 'worker', events: [] },
  { threadDeaths: 100, sender: 'main', events: ['sending-from-main'] },
])('A sender thread that dies ($threadDeaths times at most) loses nothing', async (expected) => {
  using folder = new Folder();
  await using collector = await new Collector().start();
  const options = optionsFor(folder.path, { url: collector.url });
  const { threadDeaths } = expected;
  // Longer than the pauses in which it is tried again.
  const rate = SPANS / (threadDeaths === 1 ? 2 : 10);
  await using program = produce(options, { run: 'thread', count: SPANS, rate, end: 'settle', threadDeaths });
  const stats = await statsOf(program);
  expect(await program.ended).toEqual({ code: 0, signal: null });
  expect(namesOf('thread', SPANS).filter((name) => !collector.taken.has(name))).toEqual([]);
  expect(droppedOf(stats)).toBe(0);
  expect(stats.sender).toBe(expected.sender);
  expect(eventsOf(program).map(({ type }) => type)).toEqual(expected.events);
});
