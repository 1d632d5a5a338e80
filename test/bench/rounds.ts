import { setTimeout as sleep } from 'node:timers/promises';
import type { Child } from './child.ts';
import type { Entrant, Route } from './lineup.ts';
import { Load } from './load.ts';
import type { Adapter, ServerReport } from './app/protocol.ts';
import type { SinkReport } from './sink.ts';
import { startSubject } from './subject.ts';

/** How much is measured. */
export interface Effort {
  readonly rounds: number;
  /** Requests under way at any time. */
  readonly connections: number;
  /** Requests of one measured block. */
  readonly requests: number;
  /** Requests on every route before the first block. */
  readonly warmUp: number;
  /** Processes started per variant in the start-up comparison. */
  readonly starts: number;
}

/** One measured block of requests. */
export interface Block {
  readonly cpuMicrosPerRequest: number;
  readonly requestsPerSecond: number;
  readonly rssBytes: number;
}

/** All blocks of one variant on one route, in the order of the rounds. */
export interface Series {
  readonly entrant: Entrant;
  readonly blocks: Block[];
  readonly requests: number;
  /** Spans that arrived, by `kind name`, over all blocks. */
  readonly names: Record<string, number>;
}

/** One adapter and route, all variants. */
export interface Comparison {
  readonly adapter: Adapter;
  readonly route: Route;
  readonly series: readonly Series[];
}

// Longer than the batch processor waits, so that the last batch is in.
const QUIET_MS = 400;
const DELIVERY_LIMIT_MS = 15_000;

/** Resolves when no request has reached the sink for a while: everything was exported, or never will be. */
export async function delivered(sink: Child<SinkReport>): Promise<void> {
  const deadline = performance.now() + DELIVERY_LIMIT_MS;
  let before = -1;
  for (let now = 0; now !== before && performance.now() < deadline;) {
    before = now;
    await sleep(QUIET_MS);
    now = (await sink.ask('read')).requests;
  }
}

interface Contender {
  readonly entrant: Entrant;
  readonly child: Child<ServerReport>;
  readonly load: Load;
}

/** CPU time includes the export of every span of the block: the clock is read again when all have been delivered. */
async function measure(
  { child, load }: Contender,
  route: Route,
  requests: number,
  sink: Child<SinkReport>,
): Promise<{ block: Block; names: Readonly<Record<string, number>> }> {
  await sink.ask('take');
  const before = await child.ask('read');
  const seconds = await load.drive(route.path, requests);
  await delivered(sink);
  const after = await child.ask('read');
  const { names } = await sink.ask('take');
  const block = {
    cpuMicrosPerRequest: (after.cpuMicros - before.cpuMicros) / requests,
    requestsPerSecond: requests / seconds,
    rssBytes: after.rssBytes,
  };
  return { block, names };
}

/** Adds counts by name to those so far. */
export function addCounts(total: Record<string, number>, counts: Readonly<Record<string, number>>): void {
  for (const [name, count] of Object.entries(counts)) total[name] = (total[name] ?? 0) + count;
}

/** A B C D, B C D A, C D A B, …: no variant always runs after the same neighbour. */
export function* rotations<T>(items: readonly T[], rounds: number): Generator<readonly T[]> {
  for (let round = 0; round < rounds; round += 1) {
    const first = round % items.length;
    yield [...items.slice(first), ...items.slice(0, first)];
  }
}

/** Measures every variant on every route of one adapter, all processes alive side by side. */
export async function compareRequests(
  adapter: Adapter,
  routes: readonly Route[],
  entrants: readonly Entrant[],
  effort: Effort,
  sink: { child: Child<SinkReport>; port: number },
): Promise<Comparison[]> {
  const contenders: Contender[] = [];
  try {
    for (const entrant of entrants) {
      const { child, ready } = await startSubject(entrant, adapter, 'users', sink.port);
      const load = new Load(ready.port, effort.connections);
      contenders.push({ entrant, child, load });
      for (const route of routes) await load.drive(route.path, effort.warmUp);
      await delivered(sink.child);
    }
    const comparisons: Comparison[] = [];
    for (const route of routes) {
      const requests = effort.rounds * effort.requests;
      const lanes = contenders.map((contender) => {
        const series: Series = { entrant: contender.entrant, blocks: [], requests, names: {} };
        return { contender, series };
      });
      for (const order of rotations(lanes, effort.rounds)) {
        for (const { contender, series } of order) {
          const { block, names } = await measure(contender, route, effort.requests, sink.child);
          series.blocks.push(block);
          addCounts(series.names, names);
        }
      }
      comparisons.push({ adapter, route, series: lanes.map(({ series }) => series) });
    }
    return comparisons;
  } finally {
    await Promise.all(
      contenders.map(({ child, load }) => {
        load.close();
        return child.stop();
      }),
    );
  }
}
