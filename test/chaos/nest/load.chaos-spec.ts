import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Collector } from '../collector.js';
import { Folder, isLong } from '../producer.js';
import { Application, missing, type Produced, type Work } from './application.js';

const MEGABYTE = 2 ** 20;
const SECONDS = isLong ? 30 : 2;
const namesOf = (run: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${run}:${index}`);

/** The same application, to compare with. */
async function withoutTelemetry(folder: Folder, collector: Collector, work: Work): Promise<Produced> {
  await using application = new Application(folder, collector, work, { enabled: false });
  return await application.produced();
}

describe('An application', () => {
  it.each([10_000, 50_000])('that offers %i spans a second loses none below the limit', async (rate) => {
    using folder = new Folder();
    await using collector = await new Collector().start();
    const count = rate * SECONDS;
    const run = `rate${rate}`;
    await using application = new Application(
      folder,
      collector,
      { run, count, rate },
      { delivery: { maxBytes: 2 ** 30 } },
    );
    const { produced, rss, p99 } = await application.produced();
    const bare = await withoutTelemetry(folder, collector, { run, count, rate });
    expect(produced).toBe(count);
    expect(await missing(collector, namesOf(run, count), 120_000)).toEqual([]);
    expect(await application.metric('nest_telemetry_spool_dropped_total', 'signal="traces"')).toBe(0);
    expect(rss - bare.rss).toBeLessThan(150 * MEGABYTE);
    console.log(
      `${rate} spans/s: ${Math.round(rss / MEGABYTE)} MB, without telemetry ${Math.round(bare.rss / MEGABYTE)} MB; ` +
        `event loop p99 ${p99.toFixed(1)} ms, without ${bare.p99.toFixed(1)} ms; ${collector.duplicates} twice`,
    );
  });

  it('that makes more than may wait tells exactly how much it dropped', async () => {
    using folder = new Folder();
    await using collector = await new Collector().start();
    let isDown = true;
    collector.behave = () => (isDown ? { do: 'refuse', status: 503 } : { do: 'take' });
    const count = 40_000;
    const work = { run: 'more', count, rate: 10_000 };
    await using application = new Application(folder, collector, work, {
      delivery: { maxBytes: 2 * MEGABYTE },
    });
    await application.produced();
    isDown = false;
    const dropped = (): Promise<number> =>
      application.metric('nest_telemetry_spool_dropped_total', 'signal="traces"');
    const delivered = (): number => namesOf('more', count).filter((name) => collector.taken.has(name)).length;
    let total = 0;
    for (let left = 200; left > 0 && total !== count; left -= 1) {
      await delay(100);
      total = delivered() + (await dropped());
    }
    expect(await dropped()).toBeGreaterThan(0);
    expect([...collector.taken.keys()].filter((name) => !name.startsWith('more:'))).toEqual([]);
    expect(total).toBe(count);
    expect(application.program.stdout).toContain('NT_DELIVERY_DROPPING');
  });
});
