import { useMemo } from 'react';
import type { MetricInfo, MetricSeries } from '../../../../src/api/api.types.ts';
import { type ChartLine, LineChart } from '../../parts/line.chart.tsx';
import { ExemplarDot } from './exemplar.dot.tsx';
import { exemplarKey, exemplarsOf, spaced } from './exemplar.dots.ts';
import { HeatmapChart } from './heatmap.tsx';
import { columnsOfSeries, percentileLine, type ViewName } from './metric.views.ts';
import { seriesColor } from './series.color.ts';

/** What percentiles are drawn, and how: told apart by more than their colour in the legend. */
export const PERCENTILES = [
  ['p50', 0.5, 'var(--ok)'],
  ['p95', 0.95, 'var(--warning)'],
  ['p99', 0.99, 'var(--error)'],
] as const;

/** Of more than these most would have no room. */
const MOST_EXEMPLARS = 1000;

/** The picture of a metric in one of its views. */
export function MetricChart({
  metric,
  view,
  series,
  lines,
  format,
  onCursor,
}: {
  readonly metric: MetricInfo;
  readonly view: ViewName;
  /** Those that are shown. */
  readonly series: readonly MetricSeries[];
  /** Of those, by series; not for views that put them together. */
  readonly lines: readonly ChartLine[];
  readonly format: (value: number) => string;
  readonly onCursor: ((timeUs: number | null) => void) | undefined;
}) {
  const label = `${metric.name} of ${metric.service}: ${view} of ${series.length} series`;
  const hasValues = view !== 'count' && view !== 'rate';
  const exemplars = useMemo(
    () => (hasValues ? exemplarsOf(series).slice(0, MOST_EXEMPLARS) : []),
    [hasValues, series],
  );
  const isSpread = view === 'heatmap' || view === 'percentiles';
  const columns = useMemo(() => (isSpread ? columnsOfSeries(series) : []), [isSpread, series]);
  const drawn = useMemo(
    () =>
      isSpread
        ? PERCENTILES.map(([name, share, color]) => ({ name, color, points: percentileLine(columns, share) }))
        : lines,
    [isSpread, columns, lines],
  );
  if (view === 'heatmap' && columns.some(({ buckets }) => buckets.counts.some((count) => count > 0)))
    return <HeatmapChart columns={columns} exemplars={exemplars} label={label} format={format} />;
  if (drawn.every(({ points }) => points.length === 0)) return <NotYet />;
  return (
    <LineChart lines={drawn} label={label} format={format} {...(onCursor === undefined ? {} : { onCursor })}>
      {({ place }) =>
        spaced(
          exemplars.flatMap((exemplar) => {
            const at = place(exemplar.timeUs, exemplar.value);
            return at === null ? [] : { exemplar, ...at };
          }),
        ).map((dot) => <ExemplarDot key={exemplarKey(dot.exemplar)} {...dot} format={format} />)
      }
    </LineChart>
  );
}

function NotYet() {
  return (
    <p className="hint">
      Nothing to draw in this time. What counts since the start of a process needs two exports to show what
      came in between.
    </p>
  );
}

/** The line of a series, in the colour of its position. */
export function chartLine(name: string, index: number, points: ChartLine['points']): ChartLine {
  return { name, color: seriesColor(index), points };
}
