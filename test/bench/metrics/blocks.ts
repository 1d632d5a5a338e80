// How long a scrape of 100 000 series keeps the event loop from everything else.
import { setTimeout as sleep } from 'node:timers/promises';
import { bytesOf, pageRequestOf, PrometheusScrape } from './built.ts';
import { labelsOf, ours } from './subjects.ts';

const SERIES = 100_000;
const SCRAPES = 6;

/** Milliseconds of the longest turn of the event loop during each scrape; the first finds everything cold. */
export interface BlockFigures {
  readonly first: number;
  readonly later: readonly number[];
  readonly bytes: number;
}

export async function measureBlocks(): Promise<BlockFigures> {
  const { reader, provider } = ours(SERIES + 1);
  const counter = provider.getMeter('bench').createCounter('orders');
  for (let id = 0; id < SERIES; id++) counter.add(1, labelsOf(id));
  const scrape = new PrometheusScrape({
    collect: (options) => reader.collect(options),
    settings: { naming: 'suffixed', scopeLabels: false },
  });
  const request = pageRequestOf({ headers: { 'accept-encoding': 'gzip' } });
  const blocks: number[] = [];
  let bytes = 0;
  for (let index = 0; index < SCRAPES; index++) {
    const block = await longestBlock(async () => {
      bytes = bytesOf((await scrape.answer(request)).body);
    });
    blocks.push(block);
  }
  const [first = Number.NaN, ...later] = blocks;
  return { first, later, bytes };
}

/**
 * The longest time between two turns. The lesser of CPU and wall clock: a thread that had to wait for its processor was
 * not blocked by us, and the clock of its CPU advances in steps.
 */
async function longestBlock(work: () => Promise<unknown>): Promise<number> {
  let longest = 0;
  let running = true;
  let cpu = process.threadCpuUsage();
  let wall = performance.now();
  const turn = (): void => {
    const used = process.threadCpuUsage(cpu);
    longest = Math.max(longest, Math.min((used.user + used.system) / 1000, performance.now() - wall));
    cpu = process.threadCpuUsage();
    wall = performance.now();
    if (running) setImmediate(turn);
  };
  setImmediate(turn);
  await sleep(20);
  longest = 0;
  await work();
  await sleep(5);
  running = false;
  return longest;
}
