import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type Action, Collector } from '../collector.js';
import { Folder, isLong } from '../producer.js';
import { Application } from './application.js';

/** Until the thread that sends has started, and all is quiet. */
const SETTLE_MILLIS = 2000;
const HEALTHY_MILLIS = 50;
const LONGEST_MILLIS = 2000;
/** On a machine that has other things to do, everything takes longer, and not everything as much longer. */
const SHARED_MACHINE = 5;

type How = 'SIGTERM' | 'SIGINT' | 'SIGHUP' | 'exit' | 'throw' | 'reject' | 'natural';
const ENDS: readonly How[] = ['SIGTERM', 'SIGINT', 'SIGHUP', 'exit', 'throw', 'reject', 'natural'];
const VARIANTS = {
  'without telemetry': { enabled: false },
  durable: {},
  memory: { delivery: 'memory' },
} as const;
type Variant = keyof typeof VARIANTS;
const NAMES = Object.keys(VARIANTS) as Variant[];

interface Started {
  readonly variant: Variant;
  readonly application: Application;
  /** By the clock of {@link now}; one that has nothing left to do ends by itself. */
  readonly endedAt: Promise<number>;
}

/** Milliseconds by a clock that the processes share. */
function now(): number {
  return performance.timeOrigin + performance.now();
}

/** Milliseconds from the signal or the call to the end of the process. */
async function timeToEnd({ application, endedAt }: Started, how: How): Promise<number> {
  const { program } = application;
  let began = now();
  if (how !== 'natural') {
    await application.ask('/task/last');
    began = now();
    if (how.startsWith('SIG')) program.kill(how as NodeJS.Signals);
    else await application.ask(`/end/${how}`).catch(() => '');
  }
  const ended = await endedAt;
  if (!how.startsWith('SIG')) began = Number(await program.says('ending'));
  return ended - began;
}

/** Starts so many applications of each kind at once, and ends one after the other, the kinds by turns. */
async function endsOf(
  how: How,
  rounds: number,
  collector: Collector,
): Promise<Readonly<Record<Variant, number[]>>> {
  await using running = new AsyncDisposableStack();
  const started: Started[] = Array.from({ length: rounds }, (_, round) =>
    NAMES.map((variant, index) => {
      const folder = running.use(new Folder());
      const idle = SETTLE_MILLIS + 500 * (round * NAMES.length + index);
      const work = {
        run: how,
        count: 100,
        serves: how !== 'natural',
        hooks: how.startsWith('SIG'),
        ...(how === 'natural' && { idle, end: how }),
      };
      const application = running.use(new Application(folder, collector, work, VARIANTS[variant]));
      return { variant, application, endedAt: application.program.ended.then(now) };
    }),
  ).flat();
  await Promise.all(started.map(({ application }) => application.produced()));
  if (how !== 'natural') await delay(SETTLE_MILLIS);
  const times: Record<Variant, number[]> = { 'without telemetry': [], durable: [], memory: [] };
  // oxlint-disable-next-line no-await-in-loop -- one at a time, for they would wait for each other
  for (const each of started) times[each.variant].push(await timeToEnd(each, how));
  return times;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

function spread(values: readonly number[]): number {
  return Math.max(...values) - Math.min(...values);
}

function show(values: readonly number[]): string {
  return values.map((value) => value.toFixed(0)).join(' ');
}

const UNHEALTHY: Readonly<Record<string, Action | 'down'>> = {
  'is down': 'down',
  hangs: { do: 'hang' },
  trickles: { do: 'trickle' },
};

// Times are of a machine that has nothing else to do, so these are not for every run.
describe.runIf(isLong)('The end of an application', { timeout: 300_000 }, () => {
  it.each(ENDS)('by %s comes no later for telemetry while the collector is healthy', async (how) => {
    await using collector = await new Collector().start();
    const { 'without telemetry': base, durable, memory } = await endsOf(how, isLong ? 7 : 3, collector);
    console.log(`${how}: without ${show(base)} ms, durable ${show(durable)} ms, memory ${show(memory)} ms`);
    for (const times of [durable, memory]) {
      // What the same end takes once more and once less is the machine.
      const noise = Math.max(spread(base), spread(times));
      expect(median(times) - median(base)).toBeLessThan(HEALTHY_MILLIS + noise);
    }
  });

  it.each(Object.entries(UNHEALTHY))(
    'comes two seconds later at most while the collector %s',
    async (name, behaviour) => {
      await using collector = await new Collector().start();
      if (behaviour === 'down') await collector.stop();
      else collector.behave = () => behaviour;
      for (const how of ['SIGTERM', 'exit', 'natural'] as const) {
        // oxlint-disable-next-line no-await-in-loop -- one at a time, for they would wait for each other
        const { 'without telemetry': base, durable, memory } = await endsOf(how, 1, collector);
        console.log(
          `${name}, ${how}: without ${show(base)} ms, durable ${show(durable)} ms, memory ${show(memory)} ms`,
        );
        for (const times of [durable, memory])
          expect(median(times)).toBeLessThan(LONGEST_MILLIS + SHARED_MACHINE * median(base));
      }
    },
  );
});
