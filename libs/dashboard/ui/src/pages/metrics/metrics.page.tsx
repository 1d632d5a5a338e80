import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { MetricInfo, MetricSeriesAnswer } from '../../../../src/api/api.types.ts';
import { read } from '../../api/client.ts';
import { Asked } from '../../parts/asked.tsx';
import { Choice } from '../../parts/choice.tsx';
import { SearchField } from '../../parts/search.field.tsx';
import { RANGES, useTimeRange } from '../../parts/time.range.ts';
import { useUrlState } from '../../shell/url.state.ts';
import { MetricDetail } from './metric.detail.tsx';
import { MetricList } from './metric.list.tsx';
import styles from './metrics.module.css';

const LIST_MILLIS = 10_000;

/** Every metric, and one of them in full. */
export function MetricsPage() {
  const [state, change] = useUrlState();
  const range = useTimeRange('15m');
  const list = useQuery({
    queryKey: ['metrics'],
    queryFn: ({ signal }) => read<readonly MetricInfo[]>('metrics', {}, signal),
    refetchInterval: LIST_MILLIS,
  });
  const found = filterMetrics(list.data ?? [], state.get('q') ?? '');
  const [service, name] = [state.get('service'), state.get('name')];
  const current = list.data?.find((metric) => metric.service === service && metric.name === name) ?? found[0];
  const isCurrent = (metric: MetricInfo): boolean =>
    metric.service === current?.service && metric.name === current.name;
  const hrefOf = (metric: MetricInfo): string => {
    const next = new URLSearchParams({ service: metric.service, name: metric.name });
    for (const kept of ['q', 'last']) if (state.has(kept)) next.set(kept, state.get(kept) ?? '');
    return `/metrics?${next.toString()}`;
  };
  return (
    <div className="fill">
      <div className="row">
        <h1 style={{ margin: 0 }}>Metrics</h1>
        <SearchField
          label="Search metrics"
          placeholder="Name, service, unit, description …"
          value={state.get('q') ?? ''}
          onChange={(q) => change({ q })}
        />
        <Choice label="Time" value={range.name} options={RANGES} onChange={range.choose} />
      </div>
      <Asked query={list}>
        {(metrics) =>
          metrics.length === 0 ? (
            <p className="hint">
              No metric has come in yet. Applications send them every ten to sixty seconds.
            </p>
          ) : (
            <div className={styles['split']}>
              <MetricList metrics={found} hrefOf={hrefOf} isCurrent={isCurrent} />
              {current === undefined ? null : (
                <OneMetric key={`${current.service} ${current.name}`} metric={current} />
              )}
            </div>
          )
        }
      </Asked>
    </div>
  );
}

function OneMetric({ metric: { service, name } }: { readonly metric: MetricInfo }) {
  const range = useTimeRange('15m');
  const query = useQuery({
    queryKey: ['series', service, name, range.name],
    queryFn: ({ signal }) =>
      read<MetricSeriesAnswer>('metrics/series', { service, name, ...range.parameters() }, signal),
    refetchInterval: range.freshMillis,
    placeholderData: keepPreviousData,
  });
  return (
    <div className={styles['pane']} tabIndex={0} role="region" aria-label="Metric">
      <Asked query={query}>{(answer) => <MetricDetail answer={answer} />}</Asked>
    </div>
  );
}

function filterMetrics(metrics: readonly MetricInfo[], text: string): MetricInfo[] {
  const words = text.toLowerCase().split(/\s+/u).filter(Boolean);
  return metrics.filter(({ service, name, unit, description, type }) => {
    const shown = [service, name, unit, description, type].join(' ').toLowerCase();
    return words.every((word) => shown.includes(word));
  });
}
