import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { useLocation } from 'wouter';
import { changeSettings } from '../../api/client.ts';
import { amount } from '../../parts/format.ts';
import { VirtualRows } from '../../parts/virtual.rows.tsx';
import { usePageKeys } from '../../shell/shortcuts.ts';
import { useUrlState } from '../../shell/url.state.ts';
import { useLiveTraces } from './live.traces.ts';
import { MutedRoutes } from './muted.routes.tsx';
import { rangeStartUs } from './time.range.ts';
import styles from './trace.columns.module.css';
import { TraceFilters } from './trace.filters.tsx';
import { TraceHeads, TraceRow } from './trace.row.tsx';

const FILTERS = [
  'service',
  'route',
  'status',
  'error',
  'minMs',
  'maxMs',
  'fromUs',
  'toUs',
  'q',
  'sort',
] as const;

/** The list of traces, live. */
export function TracesPage() {
  const [state] = useUrlState();
  const [, navigate] = useLocation();
  const queries = useQueryClient();
  const [isPaused, setPaused] = useState(false);
  const [selectedId, setSelectedId] = useState('');
  const filters = Object.fromEntries(FILTERS.map((name) => [name, state.get(name) ?? undefined]));
  const range = state.get('range');
  const isNewest = (filters['sort'] ?? 'newest') === 'newest';
  // A list in another order would move under the reader's eyes.
  const { list, fresh } = useLiveTraces(
    () => ({ ...filters, fromUs: rangeStartUs(range, Date.now()) ?? filters['fromUs'] }),
    [filters, range],
    isPaused || !isNewest,
  );
  const traces = useMemo(() => list.data?.pages.flatMap((page) => page.traces) ?? [], [list.data]);
  const longestUs = useMemo(
    () => traces.reduce((most, each) => Math.max(most, each.durationUs), 1),
    [traces],
  );
  const selected = useMemo(
    () => traces.findIndex(({ traceId }) => traceId === selectedId),
    [traces, selectedId],
  );
  const select = (index: number): void => setSelectedId(traces[index]?.traceId ?? '');
  const open = (index: number): void => {
    const trace = traces[index];
    if (trace !== undefined) navigate(`/traces/${trace.traceId}`);
  };
  const nextError = (step: 1 | -1): void => {
    const index =
      step > 0
        ? traces.findIndex(({ errors }, at) => at > selected && errors > 0)
        : traces.findLastIndex(({ errors }, at) => at < selected && errors > 0);
    if (index >= 0) select(index);
  };
  usePageKeys({
    j: () => select(Math.min(selected + 1, traces.length - 1)),
    k: () => select(Math.max(selected - 1, 0)),
    Enter: () => open(selected),
    e: () => nextError(1),
    E: () => nextError(-1),
    p: () => setPaused(!isPaused),
  });
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  const isEmpty = list.isSuccess && traces.length === 0;
  useEffect(() => {
    // A search looks through so many spans at a time; that none of them matched does not mean that none does.
    if (isEmpty) more();
  }, [isEmpty, more]);
  const onMuting = (): void => {
    void queries.invalidateQueries({ queryKey: ['settings'] });
    void list.refetch();
  };
  const chosen = traces[selected];
  const isFiltered = range !== null || Object.values(filters).some((value) => value !== undefined);
  return (
    <div className="fill">
      <div className="row">
        <h1 className={styles['title']}>Traces</h1>
        {list.isSuccess && (
          <span className="hint">
            {amount(traces.length)}
            {hasNextPage ? '+' : ''} shown
          </span>
        )}
        <MutedRoutes onChange={onMuting} />
        <span className={styles['actions']}>
          {chosen?.route != null && (
            <button
              type="button"
              onClick={() =>
                void changeSettings({
                  mute: `${chosen.service} ${chosen.method ?? ''} ${chosen.route ?? ''}`,
                }).then(onMuting)
              }
            >
              Mute {chosen.method} {chosen.route}
            </button>
          )}
          <button
            type="button"
            aria-pressed={!isPaused && isNewest}
            aria-keyshortcuts="p"
            disabled={!isNewest}
            title={
              isNewest ? 'New traces come in by themselves' : 'Only the list with the newest first is live'
            }
            onClick={() => setPaused(!isPaused)}
          >
            <span aria-hidden="true" className={isPaused || !isNewest ? styles['still'] : styles['live']} />{' '}
            {isPaused || !isNewest ? 'Paused' : 'Live'}
          </button>
        </span>
      </div>
      <TraceFilters />
      {list.isError && (
        <p role="alert" className="error">
          {list.error.message}
        </p>
      )}
      <VirtualRows
        items={traces}
        rowHeight={32}
        label="Traces"
        selected={selected}
        onSelect={select}
        onOpen={open}
        onEnd={more}
        keyOf={({ traceId }) => traceId}
        classOf={({ traceId }) => (fresh.has(traceId) ? styles['fresh'] : undefined)}
        header={<TraceHeads />}
      >
        {(trace) => <TraceRow trace={trace} longestUs={longestUs} />}
      </VirtualRows>
      {isEmpty && (
        <p className="hint" role="status">
          {hasNextPage
            ? 'Searching further back …'
            : isFiltered
              ? 'No trace matches.'
              : 'No trace has come in yet; the overview tells how to send some.'}
        </p>
      )}
    </div>
  );
}
