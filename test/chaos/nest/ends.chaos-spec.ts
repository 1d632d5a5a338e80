import { describe, expect, it } from 'vitest';
import type { Ending } from '../../e2e/program.js';
import { type Action, Collector } from '../collector.js';
import { Folder } from '../producer.js';
import { Application, missing, spansOf, type Work } from './application.js';

/** Far more than two seconds, for the machine is shared; the deadlines themselves are printed. */
const PATIENCE = 8000;
const REQUESTS = 5;
/** Applications that run at a time. */
const AT_ONCE = 4;

type How = NodeJS.Signals | 'exit' | 'throw' | 'reject' | 'natural';
interface End {
  readonly how: How;
  readonly hooks?: boolean;
  readonly ending: Ending;
}

const bySignal = (how: NodeJS.Signals, hooks: boolean): End => ({
  how,
  hooks,
  ending: { code: null, signal: how },
});
const ENDS: readonly End[] = [
  bySignal('SIGTERM', true),
  bySignal('SIGINT', true),
  bySignal('SIGHUP', true),
  bySignal('SIGTERM', false),
  bySignal('SIGKILL', false),
  { how: 'exit', ending: { code: 3, signal: null } },
  { how: 'throw', ending: { code: 1, signal: null } },
  { how: 'reject', ending: { code: 1, signal: null } },
  { how: 'natural', ending: { code: 0, signal: null } },
];

const COLLECTORS: Readonly<Record<string, Action | 'down'>> = {
  'takes everything': { do: 'take' },
  'is down': 'down',
  hangs: { do: 'hang' },
  trickles: { do: 'trickle' },
};

/** Starts an application, has it make spans, ends it, and returns their names. */
async function endBy(end: End, folder: Folder, collector: Collector): Promise<string[]> {
  const run = `${end.how}${end.hooks === true ? '+hooks' : ''}`;
  const count = 20;
  const work: Work = { run, count, serves: end.how !== 'natural', hooks: end.hooks ?? false };
  await using application = new Application(folder, collector, work);
  const { program } = application;
  const ids = Array.from({ length: end.how === 'natural' ? 0 : REQUESTS }, (_, index) => `${run}-${index}`);
  await application.produced();
  for (const id of ids) await application.ask(`/task/${id}`);
  // An answer leaves a moment before its request is over. When the next one was answered, it was.
  if (ids.length > 0) await application.ask('/task/last');
  const began = performance.now();
  if (end.how.startsWith('SIG')) program.kill(end.how as NodeJS.Signals);
  else if (end.how !== 'natural') await application.ask(`/end/${end.how}`).catch(() => '');
  expect(await program.ended, run).toEqual(end.ending);
  const millis = performance.now() - began;
  expect(millis, run).toBeLessThan(PATIENCE);
  console.log(`${run}: ${Math.round(millis)} ms`);
  const names = Array.from({ length: count }, (_, index) => `${run}:${index}`);
  return [...names, ...ids.flatMap((id) => spansOf(run, id))];
}

describe.each(Object.entries(COLLECTORS))('While the collector %s', (_name, behaviour) => {
  it('every end of an application is as it would be without telemetry, and loses nothing', async () => {
    using folder = new Folder();
    await using collector = await new Collector().start();
    if (behaviour === 'down') await collector.stop();
    else collector.behave = () => behaviour;

    const expected: string[] = [];
    for (let index = 0; index < ENDS.length; index += AT_ONCE) {
      const group = ENDS.slice(index, index + AT_ONCE).map((end) => endBy(end, folder, collector));
      expected.push(...(await Promise.all(group)).flat());
    }

    collector.behave = () => ({ do: 'take' });
    if (behaviour === 'down') await collector.start();
    // Whoever starts next delivers what the others left behind.
    await using next = new Application(folder, collector, { run: 'next' });
    await next.program.says('listening');
    expect(await missing(collector, expected)).toEqual([]);
  });
});
