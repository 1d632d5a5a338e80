// What a page of 10 000 counters costs, beside the page of the official exporter.
import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { PageWriter } from './built.ts';
import { inTurns } from './cpu.ts';
import { labelsOf, ours } from './subjects.ts';

const SERIES = 10_000;
/** As the page of the package is made. */
const CHUNK_LENGTH = 64 * 1024;
/** A page takes less time than the clock of a thread resolves. */
const PAGES = 20;
const TEXT = { syntax: 'prometheus', utf8: false, contentType: 'text/plain' } as const;

/** CPU milliseconds of one page, by round. */
export interface PageFigures {
  readonly ours: readonly number[];
  readonly official: readonly number[];
}

export async function measurePages(rounds: number): Promise<PageFigures> {
  const { reader, provider } = ours(SERIES + 1);
  const counter = provider.getMeter('bench').createCounter('orders');
  for (let id = 0; id < SERIES; id++) counter.add(1, labelsOf(id));
  const { resourceMetrics } = await reader.collect();
  const serializer = new PrometheusSerializer();
  const writer = new PageWriter({ naming: 'suffixed', scopeLabels: false });
  const pages = (write: () => unknown) => () => {
    for (let page = 0; page < PAGES; page++) write();
  };
  const costs = inTurns(rounds, {
    ours: pages(() => bytesOfPieces(writer.write(resourceMetrics, TEXT))),
    official: pages(() => Buffer.from(serializer.serialize(resourceMetrics))),
  });
  const perPage = (values: readonly number[]) => values.map((value) => value / PAGES / 1000);
  return { ours: perPage(costs.ours), official: perPage(costs.official) };
}

function bytesOfPieces(pieces: Iterable<string>): Buffer[] {
  const chunks: Buffer[] = [];
  let text = '';
  for (const piece of pieces) {
    text += piece;
    if (text.length < CHUNK_LENGTH) continue;
    chunks.push(Buffer.from(text));
    text = '';
  }
  return [...chunks, Buffer.from(text)];
}
