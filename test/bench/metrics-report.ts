import type { MetricsFigures } from './metrics.ts';
import { spreadOf } from './statistics.ts';
import { table, withSpread } from './tables.ts';

/** The part about metrics, which can be measured alone. */
export function renderMetrics({ recording, pages, blocks, cardinality, encoding }: MetricsFigures): string[] {
  const nano = (micros: readonly number[]) => withSpread(spreadOf(micros.map((value) => value * 1000)));
  const rows = [
    ['metrics of an HTTP request', 'ns', nano(recording.request), '–'],
    ['counter with three attributes, bound', 'ns', nano(recording.bound), '–'],
    ['counter with three attributes', 'ns', nano(recording.unbound), nano(recording.officialUnbound)],
    [
      'page of 10 000 counters',
      'ms',
      withSpread(spreadOf(pages.ours), 1),
      withSpread(spreadOf(pages.official), 1),
    ],
    ['span with five attributes as OTLP', 'ns', nano(encoding.ours), nano(encoding.official)],
  ];
  const [{ bytes }] = blocks as readonly [(typeof blocks)[number]];
  const first = withSpread(spreadOf(blocks.map((block) => block.first)), 1);
  const later = withSpread(spreadOf(blocks.flatMap((block) => block.later)), 1);
  const { offered, before, after, afterTwice, series, hasRoute } = cardinality;
  const memory = [before, after, afterTwice];
  const rss = memory.map(({ rssBytes }) => (rssBytes / 2 ** 20).toFixed(0)).join(', ');
  const heap = memory.map(({ heapBytes }) => (heapBytes / 2 ** 20).toFixed(0)).join(', ');
  return [
    '## Metrics',
    'CPU time of one call, one page or one span, in a process that does nothing else, beside the official packages, in turns. An HTTP request is counted while it is served and recorded in two histograms, with exemplars.',
    table(['', 'unit', 'nest-telemetry', 'official'], rows),
    `A scrape of 100 000 series (${(bytes / 1e6).toFixed(1)} MB, compressed) holds up everything else for ${first} ms at most the first time, and for ${later} ms later; ${blocks.length} processes.`,
    `${offered} made-up paths offered to one histogram of at most 2000 series, and then as many again. Before, after the first and after the second million RSS is ${rss} MB and what is alive in the heap ${heap} MB: what grows is the room for garbage. ${series} series are there, the declared route ${hasRoute ? 'is one of them' : 'IS MISSING'}.`,
  ];
}
