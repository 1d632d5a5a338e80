import type { MessageTransport, ProcessReport } from './app/protocol.ts';
import type { Child } from './child.ts';
import type { Entrant } from './lineup.ts';
import { addCounts, type Block, delivered, type Effort, rotations, type Series } from './rounds.ts';
import type { SinkReport } from './sink.ts';
import { startMessages } from './subject.ts';

/** One transport, all variants. */
export interface MessageComparison {
  readonly transport: MessageTransport;
  readonly series: readonly Series[];
}

export const TRANSPORTS: readonly MessageTransport[] = ['tcp', 'grpc'];

interface Sender {
  readonly child: Child<ProcessReport>;
  readonly series: Series;
}

/** A message is sent, handled and answered in one process, so its CPU time is that of both sides. */
async function measure(
  child: Child<ProcessReport>,
  count: number,
  sink: Child<SinkReport>,
): Promise<{
  block: Block;
  names: Readonly<Record<string, number>>;
}> {
  await sink.ask('take');
  const before = await child.ask('read');
  const start = performance.now();
  await child.ask(count);
  const seconds = (performance.now() - start) / 1000;
  await delivered(sink);
  const after = await child.ask('read');
  const { names } = await sink.ask('take');
  const block = {
    cpuMicrosPerRequest: (after.cpuMicros - before.cpuMicros) / count,
    requestsPerSecond: count / seconds,
    rssBytes: after.rssBytes,
  };
  return { block, names };
}

/** Measures every variant on one transport, all processes alive side by side. */
export async function compareMessages(
  transport: MessageTransport,
  entrants: readonly Entrant[],
  effort: Effort,
  sink: { child: Child<SinkReport>; port: number },
): Promise<MessageComparison> {
  const senders: Sender[] = [];
  try {
    for (const entrant of entrants) {
      const { child } = await startMessages(entrant, transport, effort.connections, sink.port);
      const series: Series = { entrant, blocks: [], requests: effort.rounds * effort.requests, names: {} };
      senders.push({ child, series });
      await child.ask(effort.warmUp);
      await delivered(sink.child);
    }
    for (const order of rotations(senders, effort.rounds)) {
      for (const { child, series } of order) {
        const { block, names } = await measure(child, effort.requests, sink.child);
        series.blocks.push(block);
        addCounts(series.names, names);
      }
    }
    return { transport, series: senders.map(({ series }) => series) };
  } finally {
    await Promise.all(senders.map(({ child }) => child.stop()));
  }
}
