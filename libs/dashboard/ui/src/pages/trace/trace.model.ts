import { useMemo } from 'react';
import type { LogView, SpanView, TraceDetail } from '../../../../src/api/api.types.ts';
import { familiesOf, treeRows, type TreeRow } from './trace.tree.ts';

/** A trace with what every part of the page looks up in it. */
export interface TraceModel {
  readonly trace: TraceDetail;
  readonly rows: readonly TreeRow[];
  readonly startUs: number;
  readonly lengthUs: number;
  readonly spanOf: (spanId: string) => SpanView | undefined;
  readonly indexOf: (spanId: string) => number;
  readonly childrenOf: (spanId: string) => readonly SpanView[];
  readonly logsOf: (spanId: string) => readonly LogView[];
}

const NONE: readonly never[] = [];

export function useTraceModel(trace: TraceDetail): TraceModel {
  return useMemo(() => traceModel(trace), [trace]);
}

function traceModel(trace: TraceDetail): TraceModel {
  const rows = treeRows(trace.spans);
  const indexes = new Map(rows.map(({ span }, index) => [span.spanId, index]));
  const { children } = familiesOf(trace.spans);
  const logs = Map.groupBy(trace.logs, ({ spanId }) => spanId);
  const indexOf = (spanId: string): number => indexes.get(spanId) ?? -1;
  let startUs = Number.POSITIVE_INFINITY;
  let endUs = Number.NEGATIVE_INFINITY;
  for (const span of trace.spans) {
    startUs = Math.min(startUs, span.startUs);
    endUs = Math.max(endUs, span.startUs + span.durationUs);
  }
  return {
    trace,
    rows,
    startUs: Number.isFinite(startUs) ? startUs : trace.summary.startUs,
    lengthUs: Number.isFinite(startUs) ? Math.max(endUs - startUs, 0.01) : 1,
    indexOf,
    spanOf: (spanId) => rows[indexOf(spanId)]?.span,
    childrenOf: (spanId) => children.get(spanId) ?? NONE,
    logsOf: (spanId) => logs.get(spanId) ?? NONE,
  };
}
