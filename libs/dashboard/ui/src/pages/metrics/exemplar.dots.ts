import type { ExemplarView, MetricSeries } from '../../../../src/api/api.types.ts';

/** Exemplars of some series, newest first. Exporters send one again until there is another: it counts once. */
export function exemplarsOf(series: readonly MetricSeries[]): ExemplarView[] {
  const seen = new Map<string, ExemplarView>();
  for (const { points } of series) {
    for (const { exemplars = [] } of points) {
      for (const exemplar of exemplars) {
        seen.set(exemplarKey(exemplar), exemplar);
      }
    }
  }
  return [...seen.values()].sort((a, b) => b.timeUs - a.timeUs);
}

export function exemplarKey({ timeUs, value, traceId, spanId }: ExemplarView): string {
  return `${timeUs} ${value} ${traceId} ${spanId}`;
}

/** A dot in a picture, in CSS pixels. */
export interface Dot {
  readonly exemplar: ExemplarView;
  readonly x: number;
  readonly y: number;
}

/** Dots closer than this cannot be clicked apart. */
const APART = 24;

/** As many dots as have room beside each other: those with a trace first, and newer ones before older. */
export function spaced(dots: readonly Dot[]): Dot[] {
  const kept: Dot[] = [];
  const hasTrace = ({ exemplar }: Dot): number => (exemplar.traceId === null ? 1 : 0);
  for (const dot of dots.toSorted(
    (a, b) => hasTrace(a) - hasTrace(b) || b.exemplar.timeUs - a.exemplar.timeUs,
  )) {
    if (kept.every((other) => Math.hypot(dot.x - other.x, dot.y - other.y) >= APART)) kept.push(dot);
  }
  return kept;
}
