import { useMemo, useState } from 'react';
import type { MetricSeries, MetricSeriesAnswer } from '../../../../src/api/api.types.ts';
import { amount } from '../../parts/format.ts';
import { ServiceName } from '../../parts/service.name.tsx';
import { visibleText } from '../../parts/visible.text.ts';
import { useUrlState } from '../../shell/url.state.ts';
import { exemplarsOf } from './exemplar.dots.ts';
import { ExemplarTable } from './exemplar.table.tsx';
import { chartLine, MetricChart, PERCENTILES } from './metric.chart.tsx';
import { gainsOf, lineOf, percentileOfAll, type ViewName, viewsOf } from './metric.views.ts';
import styles from './metrics.module.css';
import { SeriesLegend } from './series.legend.tsx';
import { distinguishingKeys, seriesName, shownSeries } from './series.table.ts';
import { formatOf, rateFormatOf, unitName } from './unit.format.ts';

/** One metric: its picture, its series and its exemplars. */
export function MetricDetail({ answer: { metric, series } }: { readonly answer: MetricSeriesAnswer }) {
  const [state, change] = useUrlState();
  const [cursorUs, setCursorUs] = useState<number | null>(null);
  const views = viewsOf(metric);
  const view: ViewName = (views.find(([name]) => name === state.get('view')) ?? views[0])?.[0] ?? 'value';
  const isSpread = view === 'heatmap' || view === 'percentiles';
  const keys = useMemo(() => distinguishingKeys(series), [series]);
  const only = state.get('only');
  const shown = useMemo(() => shownSeries(only, series.length), [only, series.length]);
  const chosen = useMemo(() => shown.flatMap((index) => series[index] ?? []), [shown, series]);
  const lines = useMemo(
    () =>
      isSpread
        ? []
        : shown.flatMap((index) => {
            const each = series[index];
            return each === undefined ? [] : chartLine(seriesName(each, keys), index, lineOf(each, view));
          }),
    [isSpread, shown, series, keys, view],
  );
  const exemplars = useMemo(() => exemplarsOf(chosen), [chosen]);
  const format = useMemo(() => formatOf(metric.unit), [metric.unit]);
  const countFormat = rateFormatOf('');
  const shownFormat = view === 'count' ? countFormat : view === 'rate' ? rateFormatOf(metric.unit) : format;
  const spreads = useMemo(
    () => new Map(isSpread ? shown.map((index) => [index, spreadText(series[index], format)] as const) : []),
    [isSpread, shown, series, format],
  );
  const values = new Map(spreads);
  for (const [place, index] of isSpread ? [] : shown.entries()) {
    const points = lines[place]?.points ?? [];
    const point = cursorUs === null ? points.at(-1) : points.findLast(({ timeUs }) => timeUs <= cursorUs + 1);
    if (point !== undefined) values.set(index, shownFormat(point.value));
  }
  return (
    <article className={styles['detail']} aria-label={metric.name}>
      <div className="row">
        <h2 className={`mono ${styles['title']}`}>{visibleText(metric.name)}</h2>
        <div className={styles['views']} role="group" aria-label="View">
          {views.length > 1 &&
            views.map(([name, title]) => (
              <button
                key={name}
                type="button"
                aria-pressed={name === view}
                onClick={() => change({ view: name === views[0]?.[0] ? undefined : name })}
              >
                {title}
              </button>
            ))}
        </div>
      </div>
      <p className={`hint ${styles['about']}`}>
        <ServiceName name={visibleText(metric.service)} />
        {[metric.type, unitName(metric.unit), `${amount(metric.series)} series`, metric.scope]
          .filter(Boolean)
          .map((text) => ` · ${visibleText(text)}`)}
        <br />
        {visibleText(metric.description)}
      </p>
      <MetricChart
        metric={metric}
        view={view}
        series={chosen}
        lines={lines}
        format={shownFormat}
        onCursor={isSpread ? undefined : setCursorUs}
      />
      {isSpread && (
        <p className={`hint ${styles['key']}`}>
          {view === 'percentiles' &&
            PERCENTILES.map(([name, , color]) => (
              <span key={name}>
                <span aria-hidden="true" className={styles['swatch']} style={{ background: color }} /> {name}
              </span>
            ))}
          {metric.exemplars > 0 && <span>○ single measurements; filled ones open their trace</span>}
        </p>
      )}
      <SeriesLegend
        series={series}
        shown={shown}
        values={values}
        valueName={isSpread ? 'p50 / p95 / p99' : 'Value'}
        isColored={!isSpread}
        onOnly={(next) => change({ only: next })}
      />
      <ExemplarTable exemplars={exemplars} format={format} />
    </article>
  );
}

/** The percentiles of one series over all of the time. */
function spreadText(series: MetricSeries | undefined, format: (value: number) => string): string {
  const gains = series === undefined ? [] : gainsOf(series);
  return PERCENTILES.map(([, share]) => percentileOfAll(gains, share))
    .map((value) => (value === undefined ? '–' : format(value)))
    .join(' / ');
}
