import type { MetricsFigures } from './metrics.ts';
import { pairwise, spreadOf } from './statistics.ts';
import type { Verdict } from './verdict.ts';

const MEBIBYTE = 2 ** 20;
/** Series of one metric, `metrics.cardinalityLimit` where it is not set. */
const SERIES_LIMIT = 2000;

/** The promises about metrics and about the encoding of spans. */
export function judgeMetrics({ recording, pages, blocks, cardinality, encoding }: MetricsFigures): Verdict[] {
  const median = (values: readonly number[]) => spreadOf(values).median;
  const share = (ours: readonly number[], official: readonly number[]) =>
    pairwise(ours, official, (left, right) => left / right).median;
  const offered = cardinality.offered.toLocaleString('en').replaceAll(',', ' ');
  const isBounded = cardinality.hasRoute && cardinality.series <= SERIES_LIMIT;
  return [
    verdict('metrics of an HTTP request: CPU', median(recording.request), 1, 'µs'),
    verdict('counter with three attributes, bound: CPU', median(recording.bound), 0.3, 'µs'),
    verdict(
      'counter with three attributes, not bound: CPU, relative to the official SDK',
      share(recording.unbound, recording.officialUnbound),
      1 / 2,
    ),
    verdict(
      'page of 10 000 counters: CPU, relative to `@opentelemetry/exporter-prometheus`',
      share(pages.ours, pages.official),
      1 / 10,
    ),
    verdict(
      'first scrape of 100 000 series: longest block of the event loop',
      median(blocks.map(({ first }) => first)),
      10,
      'ms',
    ),
    verdict(
      'later scrapes of 100 000 series: longest block of the event loop',
      median(blocks.map(({ later }) => Math.max(...later))),
      10,
      'ms',
    ),
    {
      ...verdict(
        `${offered} label sets offered after as many others: growth of what is alive in the heap`,
        (cardinality.afterTwice.heapBytes - cardinality.after.heapBytes) / MEBIBYTE,
        4,
        'MB',
      ),
      ...(!isBounded && { pass: false }),
    },
    verdict(
      'span as OTLP: CPU, relative to `@opentelemetry/otlp-transformer`',
      share(encoding.ours, encoding.official),
      1 / 4,
    ),
  ];
}

function verdict(what: string, measured: number, target: number, unit?: string): Verdict {
  const promise = { what, measured, target, pass: measured <= target };
  return unit === undefined ? promise : { ...promise, unit };
}
