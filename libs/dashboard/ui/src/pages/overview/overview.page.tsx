import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import type { Overview, StoreTotals } from '../../../../src/api/api.types.ts';
import { read } from '../../api/client.ts';
import { useLive } from '../../api/live.ts';
import { Asked } from '../../parts/asked.tsx';
import { amount, bytes } from '../../parts/format.ts';
import { EmptyState } from './empty.state.tsx';
import { FindingList } from './finding.list.tsx';
import { NewestErrors } from './newest.errors.tsx';
import styles from './overview.module.css';
import { ServiceCards } from './service.cards.tsx';
import { SlowestRoutes } from './slowest.routes.tsx';

/** Figures over a quarter of an hour need not follow every span. */
const EVERY_MILLIS = 2000;

/** What there is, how it fares, and what to look at first. */
export function OverviewPage() {
  const queries = useQueryClient();
  const [totals, setTotals] = useState<StoreTotals>();
  const nextAt = useRef(0);
  const query = useQuery({
    queryKey: ['overview'],
    queryFn: ({ signal }) => read<Overview>('overview', {}, signal),
    placeholderData: keepPreviousData,
    refetchInterval: 15_000,
  });
  useLive('totals', (now) => {
    setTotals(now);
    if (performance.now() < nextAt.current) return;
    nextAt.current = performance.now() + EVERY_MILLIS;
    // What came in last is counted as well.
    setTimeout(() => void queries.invalidateQueries({ queryKey: ['overview'] }), EVERY_MILLIS / 4);
  });
  return (
    <Asked query={query}>
      {(overview) => {
        const now = totals ?? overview.totals;
        const isEmpty = now.spans === 0 && now.logs === 0 && now.metricPoints === 0;
        return (
          <>
            <div className={styles['head']}>
              <h1>Overview</h1>
              <span className="hint">the last 15 minutes</span>
              {!isEmpty && <Totals totals={now} />}
            </div>
            {isEmpty ? <EmptyState /> : <Figures overview={overview} />}
          </>
        );
      }}
    </Asked>
  );
}

function Figures({ overview }: { readonly overview: Overview }) {
  return (
    <>
      <ServiceCards services={overview.services} />
      <div className={styles['columns']}>
        <NewestErrors traces={overview.newestErrors} />
        <SlowestRoutes routes={overview.slowestRoutes} />
      </div>
      <FindingList findings={overview.findings} />
    </>
  );
}

function Totals({ totals }: { readonly totals: StoreTotals }) {
  const facts = [
    [amount(totals.traces), 'traces'],
    [amount(totals.spans), 'spans'],
    [amount(totals.logs), 'logs'],
    [amount(totals.metricPoints), 'metric points'],
    [bytes(totals.bytes), 'stored'],
    ...(totals.evictedSpans > 0 ? [[amount(totals.evictedSpans), 'spans removed for room']] : []),
    ...(totals.refused > 0 ? [[amount(totals.refused), 'refused']] : []),
  ];
  return (
    <p className={styles['totals']} aria-label="Stored so far">
      {facts.map(([figure, what]) => (
        <span key={what}>
          <strong>{figure}</strong> <span className="hint">{what}</span>
        </span>
      ))}
    </p>
  );
}
