import { Child } from './child.ts';
import type { BlockFigures } from './metrics/blocks.ts';
import type { CardinalityFigures } from './metrics/cardinality.ts';
import type { EncodingFigures } from './metrics/encoding.ts';
import type { PageFigures } from './metrics/page.ts';
import type { RecordingFigures } from './metrics/recording.ts';

/** What metrics cost by themselves, and what a span costs to encode. */
export interface MetricsFigures {
  readonly recording: RecordingFigures;
  readonly pages: PageFigures;
  /** One of each process: only the first scrape of a process is a first one. */
  readonly blocks: readonly BlockFigures[];
  readonly cardinality: CardinalityFigures;
  readonly encoding: EncodingFigures;
}

const PART = new URL('metrics/part.ts', import.meta.url);
const FIRST_SCRAPES = 5;

/** Measures our build against the official packages, each part in a fresh process. */
export async function measureMetrics(rounds: number): Promise<MetricsFigures> {
  const blocks: BlockFigures[] = [];
  for (let count = 0; count < Math.min(rounds, FIRST_SCRAPES); count++)
    blocks.push(await measurePart<BlockFigures>('blocks', rounds));
  return {
    recording: await measurePart('recording', rounds),
    pages: await measurePart('pages', rounds),
    blocks,
    cardinality: await measurePart('cardinality', rounds),
    encoding: await measurePart('encoding', rounds),
  };
}

async function measurePart<Figures>(part: string, rounds: number): Promise<Figures> {
  const execArgv = ['--expose-gc'];
  const { child, ready } = await Child.start<Figures>(PART, { args: [part, String(rounds)], execArgv });
  await child.stop();
  return ready;
}
