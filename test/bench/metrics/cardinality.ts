// What a million made-up paths leave behind, and whether the declared route is still there after them.
import { histogramFor, meterProvider, METRICS, reserveFor } from './built.ts';
import { ours } from './subjects.ts';

const OFFERED = 1_000_000;
const ROUTE = { 'http.route': '/orders/:id' };

/** After a garbage collection. */
export interface MemoryFigures {
  readonly rssBytes: number;
  readonly heapBytes: number;
}

export interface CardinalityFigures {
  readonly offered: number;
  readonly before: MemoryFigures;
  readonly after: MemoryFigures;
  /** When as many others have been offered. */
  readonly afterTwice: MemoryFigures;
  readonly series: number;
  readonly hasRoute: boolean;
}

export async function measureCardinality(): Promise<CardinalityFigures> {
  const { reader, provider } = ours();
  meterProvider.setDelegate(provider);
  const row = METRICS.httpServerRequestDuration;
  reserveFor(row, ROUTE);
  const histogram = histogramFor(row);
  const points = async () => {
    const { resourceMetrics } = await reader.collect();
    const metrics = resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics);
    return metrics.find(({ descriptor }) => descriptor.name === row.name)?.dataPoints ?? [];
  };
  const offer = async (kind: string) => {
    for (let id = 0; id < OFFERED; id++) {
      histogram.record(0.1, madeUp(`/${kind}/${id}`));
      if (id % 50_000 === 0) await points();
    }
  };
  const before = atRest();
  await offer('made-up');
  const after = atRest();
  // The heap now has the size that so much garbage asks for; if sets were kept, it would go on growing.
  await offer('made-up-again');
  const afterTwice = atRest();
  histogram.record(0.1, { ...madeUp(''), ...ROUTE });
  const found = await points();
  return {
    offered: OFFERED,
    before,
    after,
    afterTwice,
    series: found.length,
    hasRoute: found.some(({ attributes }) => attributes['http.route'] === ROUTE['http.route']),
  };
}

function madeUp(path: string): Record<string, string | number> {
  return { 'http.request.method': 'GET', 'http.response.status_code': 200, 'http.route': path };
}

function atRest(): MemoryFigures {
  globalThis.gc?.();
  const { rss, heapUsed } = process.memoryUsage();
  return { rssBytes: rss, heapBytes: heapUsed };
}
