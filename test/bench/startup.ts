import type { Entrant } from './lineup.ts';
import type { Adapter } from './app/protocol.ts';
import { rotations } from './rounds.ts';
import { startSubject } from './subject.ts';

/** Empty applications of one variant, each started in its own process, in the order of the rounds. */
export interface Starts {
  readonly entrant: Entrant;
  /** User and system CPU time from process start to listening. */
  readonly cpuMillis: number[];
  readonly rssBytes: number[];
}

export interface StartComparison {
  readonly adapter: Adapter;
  readonly starts: readonly Starts[];
}

/** Starts every variant in turn; the first round only fills the file cache and is not counted. */
export async function compareStarts(
  adapter: Adapter,
  entrants: readonly Entrant[],
  rounds: number,
  sinkPort: number,
): Promise<StartComparison> {
  const starts = entrants.map((entrant): Starts => ({ entrant, cpuMillis: [], rssBytes: [] }));
  let round = 0;
  for (const order of rotations(starts, rounds + 1)) {
    for (const own of order) {
      const { child, ready } = await startSubject(own.entrant, adapter, 'empty', sinkPort);
      await child.stop();
      if (round === 0) continue;
      own.cpuMillis.push(ready.cpuMicros / 1000);
      own.rssBytes.push(ready.rssBytes);
    }
    round += 1;
  }
  return { adapter, starts };
}
