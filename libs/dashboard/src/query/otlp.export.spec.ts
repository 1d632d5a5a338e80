import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Signal } from '@nest-telemetry/otlp';
import { FilledStore, type GivenSpan, T0_US } from '../telemetry.spec-helper.js';
import { listLogs } from './log.list.js';
import { listMetrics, readSeries } from './metric.list.js';
import { type ExportPosition, exportSlice } from './otlp.export.js';
import { readTrace } from './trace.detail.js';
import { listTraces } from './trace.list.js';

const FIXTURES = {
  traces: ['trace.json'],
  logs: ['logs.json', 'events.json'],
  metrics: ['metrics.json'],
} as const;

function lines(store: FilledStore): string[] {
  const found: string[] = [];
  for (let position: ExportPosition | null = { signal: 'traces', after: 0 }; position !== null;) {
    const { line, next }: ReturnType<typeof exportSlice> = exportSlice(store, position);
    if (line !== '') found.push(line);
    position = next;
  }
  return found;
}

function filledFrom(exported: readonly string[]): FilledStore {
  const store = new FilledStore();
  for (const line of exported) {
    const signal = { resourceSpans: 'traces', resourceLogs: 'logs', resourceMetrics: 'metrics' }[
      Object.keys(JSON.parse(line) as object)[0] ?? ''
    ] as Signal;
    store.ingest({ signal, encoding: 'json', bytes: Buffer.from(line) });
  }
  return store;
}

/** Everything a page could show. */
function shown(store: FilledStore): unknown {
  const traces = listTraces(store, { limit: 500 }).traces;
  const ever = { fromUs: 0, toUs: Number.MAX_SAFE_INTEGER };
  return {
    traces,
    details: traces.slice(0, 5).map(({ traceId }) => readTrace(store, traceId)?.trace),
    logs: listLogs(store, { limit: 1000 }),
    series: listMetrics(store).map(({ service, name }) => readSeries(store, service, name, ever)),
  };
}

describe('An export', () => {
  it('is what a store holds, to be taken by another', () => {
    const store = new FilledStore().spans(
      {
        trace: 1,
        id: 1,
        name: 'GET /',
        kind: 'server',
        error: true,
        message: 'no',
        attributes: { text: 'ü', int: 7, double: 0.5, yes: true, list: ['a', 1], map: { inner: 'x' } },
        more: {
          traceState: 'a=b',
          events: [
            {
              name: 'e',
              timeUnixNano: BigInt(T0_US) * 1000n + 250n,
              attributes: [],
              droppedAttributesCount: 0,
            },
          ],
          droppedEventsCount: 2,
        },
      },
      { trace: 1, id: 2, parent: 1, service: 'users', at: 1.25 },
    );
    for (const [signal, names] of Object.entries(FIXTURES))
      for (const name of names)
        store.ingest({
          signal: signal as Signal,
          encoding: 'json',
          bytes: readFileSync(new URL(`../../../otlp/src/fixtures/${name}`, import.meta.url)),
        });
    const exported = lines(store);
    const copy = filledFrom(exported);
    const withoutExponential = (text: string): string =>
      text.replaceAll('exponential-histogram', 'histogram');
    expect(JSON.parse(withoutExponential(JSON.stringify(shown(copy))))).toEqual(
      JSON.parse(withoutExponential(JSON.stringify(shown(store)))),
    );
    expect(lines(copy)).toEqual(exported);
  });

  it('comes in slices', () => {
    const store = new FilledStore();
    for (let batch = 0; batch < 4; batch += 1)
      store.spans(
        ...Array.from({ length: 400 }, (_, index): GivenSpan => ({ trace: batch * 400 + index + 1, id: 1 })),
      );
    const exported = lines(store);
    expect(exported).toHaveLength(4);
    expect(filledFrom(exported).totals).toMatchObject({ traces: 1600, spans: 1600 });
  });
});
