import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Collector } from './collector.js';
import {
  chooseSeed,
  deliverTheRest,
  droppedOf,
  Folder,
  isLong,
  namesOf,
  optionsFor,
  produce,
  randomFrom,
} from './producer.js';

const KILLS = isLong ? 200 : 20;
const BATCH = 1024;
const AT_ONCE = 2;

it(`${KILLS} kills at random moments lose nothing that was appended`, async () => {
  const random = randomFrom(chooseSeed('kills'));
  using folder = new Folder();
  await using collector = await new Collector().start();
  // Whatever is made up for after a busy machine had stopped it, each record is written by itself.
  const groupCommit = { recordsPerSecond: 1e9 };
  const options = { ...optionsFor(join(folder.path, 'spool'), { url: collector.url }), groupCommit };
  let isDown = false;
  collector.behave = () => (isDown ? { do: 'refuse', status: 503 } : { do: 'take' });
  const runs = Array.from({ length: KILLS }, (_, index) => `kill${index}`);

  const kill = async (run: string): Promise<void> => {
    const acknowledged = join(folder.path, run);
    const production = { run, count: 1e9, rate: 2000, end: 'signal', acknowledged } as const;
    await using program = produce(options, production);
    await program.says('ready');
    await delay(20 + random() * 600);
    isDown = random() < 0.4;
    program.kill('SIGKILL');
    expect(await program.ended).toEqual({ code: null, signal: 'SIGKILL' });
  };
  for (let index = 0; index < KILLS; index += AT_ONCE) {
    await Promise.all(runs.slice(index, index + AT_ONCE).map(kill));
  }
  isDown = false;
  const stats = await deliverTheRest(options);

  const appended = new Map(runs.map((run) => [run, readAcknowledged(join(folder.path, run))]));
  const lost = [...appended].flatMap(([run, count]) =>
    namesOf(run, count).filter((name) => !collector.taken.has(name)),
  );
  expect(lost).toEqual([]);
  // One more of each run may be in the file though the process did not live to say so.
  const alien = [...collector.taken.keys()].filter((name) => {
    const [run = '', number] = name.split(':');
    return !(Number(number) <= (appended.get(run) ?? -1));
  });
  expect(alien).toEqual([]);
  expect(collector.duplicates).toBeLessThanOrEqual(KILLS * BATCH);
  expect(droppedOf(stats)).toBe(0);
  console.log(`${collector.taken.size} spans, ${collector.duplicates} of them twice`);
});

function readAcknowledged(path: string): number {
  const bytes = readFileSync(path);
  return bytes.length < 4 ? 0 : bytes.readUInt32LE(0);
}
