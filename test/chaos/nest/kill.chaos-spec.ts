import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Collector } from '../collector.js';
import { chooseSeed, Folder, isLong, randomFrom } from '../producer.js';
import { type Answered, Application, missing, spansOf } from './application.js';

const KILLS = isLong ? 200 : 8;
const AT_ONCE = 2;
/** Connections, each of which asks for one thing after the other. */
const WORKERS = 8;
const HANGING = 50;

it(`${KILLS} kills of an application under load lose no span of a request that was answered`, async () => {
  const random = randomFrom(chooseSeed('kills of applications'));
  using folder = new Folder();
  await using collector = await new Collector().start();
  let isDown = false;
  collector.behave = () => (isDown ? { do: 'refuse', status: 503 } : { do: 'take' });
  const settled: string[] = [];
  const last: Answered[] = [];

  const kill = async (run: string): Promise<void> => {
    await using application = new Application(folder, collector, { run });
    await application.program.says('listening');
    const answers = Array.from({ length: WORKERS }, (_, worker) => application.askOn(worker));
    await delay(100 + random() * 900);
    isDown = random() < 0.4;
    application.program.kill('SIGKILL');
    expect(await application.program.ended).toEqual({ code: null, signal: 'SIGKILL' });
    for (const answered of await Promise.all(answers)) {
      // An answer leaves a moment before its request is over. When the next one was answered, it was.
      settled.push(...answered.slice(0, -1).flatMap(({ id }) => spansOf(run, id)));
      last.push(...answered.slice(-1));
    }
  };
  const runs = Array.from({ length: KILLS }, (_, index) => `kill${index}`);
  for (let index = 0; index < KILLS; index += AT_ONCE)
    await Promise.all(runs.slice(index, index + AT_ONCE).map(kill));

  isDown = false;
  await using next = new Application(folder, collector, { run: 'next' });
  await next.program.says('listening');
  expect(settled.length).toBeGreaterThan(KILLS * WORKERS);
  expect(await missing(collector, settled, 60_000)).toEqual([]);
  const isTold = ({ id, trace }: Answered): boolean =>
    collector.taken.has(`/task/${id}`) || collector.interrupted.has(trace);
  // They are taken over together with what had ended, and are sent a moment later.
  for (let left = 80; left > 0 && !last.every(isTold); left -= 1) await delay(25);
  const isEnded = ({ id }: Answered): boolean => collector.taken.has(`/task/${id}`);
  const isInterrupted = ({ trace }: Answered): boolean => collector.interrupted.has(trace);
  const isSeen = ({ trace }: Answered): boolean => collector.traces.has(trace);
  const open = last.filter((each) => !isEnded(each));
  const silent = open.filter((each) => !isInterrupted(each));
  console.log(
    `${settled.length} spans of answered requests, none lost, ${collector.duplicates} twice; of ${last.length} requests ` +
      `that were answered last ${last.length - open.length} had ended, ${open.length - silent.length} are told of as ` +
      `interrupted, ${silent.filter(isSeen).length} by other spans only, ${silent.filter((each) => !isSeen(each)).length} not at all`,
  );
});

it(`${HANGING} requests that were being handled at a kill are told of by the next process`, async () => {
  using folder = new Folder();
  await using collector = await new Collector().start();
  const traces = Array.from({ length: HANGING }, () => randomBytes(16).toString('hex'));
  {
    await using application = new Application(folder, collector, { run: 'hang' });
    await application.program.says('listening');
    await application.ask('/task/before');
    for (const trace of traces) {
      const traceparent = `00-${trace}-${'1'.repeat(16)}-01`;
      // Fifty connections: none of them is answered.
      void fetch(`http://127.0.0.1:${await application.program.says('listening')}/hang/1`, {
        headers: { traceparent },
      }).catch(() => undefined);
    }
    for (let left = 400; left > 0; left -= 1) {
      if (application.program.stdout.split('@hanging').length > HANGING) break;
      await delay(10);
    }
    // As long as it may take until one of many is written down.
    await delay(150);
    application.program.kill('SIGKILL');
    await application.program.ended;
  }
  await using next = new Application(folder, collector, { run: 'next' });
  await next.program.says('listening');
  await missing(collector, ['/task/before']);
  for (let left = 400; left > 0 && collector.interrupted.size < HANGING; left -= 1) await delay(25);
  expect([...collector.interrupted].toSorted()).toEqual(traces.toSorted());
});
