import { type InfiniteData, keepPreviousData, useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { TracePage, TraceSummary } from '../../../../src/api/api.types.ts';
import { type Parameters, read } from '../../api/client.ts';
import { useLive } from '../../api/live.ts';

const PAGE = 100;
/** As often as the newest are asked for while something comes in. */
const EVERY_MILLIS = 300;
/** Rows that a page left open keeps. */
const MOST_KEPT = 5000;
const FRESH_MILLIS = 2000;

type Pages = InfiniteData<TracePage, string | undefined>;

/** The traces a list of conditions is true of, with what comes in put in front. */
export function useLiveTraces(conditions: () => Parameters, key: readonly unknown[], isPaused: boolean) {
  const queries = useQueryClient();
  const queryKey = ['traces', ...key];
  const [fresh, setFresh] = useState<ReadonlySet<string>>(new Set());
  const due = useRef<ReturnType<typeof setTimeout>>(undefined);
  const list = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam, signal }) =>
      read<TracePage>('traces', { ...conditions(), limit: PAGE, before: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    // Rows stay until those of other conditions are there.
    placeholderData: keepPreviousData,
    getNextPageParam: ({ next }) => next ?? undefined,
  });
  const catchUp = async (): Promise<void> => {
    due.current = undefined;
    // What comes in is asked for with the conditions, rather than held against them a second time here.
    const newest = await read<TracePage>('traces', { ...conditions(), limit: PAGE }).catch(() => undefined);
    if (newest === undefined) return;
    const known = queries.getQueryData<Pages>(queryKey);
    if (known === undefined) return;
    const merged = withNewest(known, newest);
    if (merged === undefined) {
      await queries.invalidateQueries({ queryKey });
      return;
    }
    queries.setQueryData<Pages>(queryKey, merged.pages);
    setFresh(merged.fresh);
  };
  useLive('traces', () => (due.current ??= setTimeout(() => void catchUp(), EVERY_MILLIS)), isPaused);
  useEffect(() => () => clearTimeout(due.current), []);
  useEffect(() => {
    if (fresh.size === 0) return undefined;
    const timer = setTimeout(() => setFresh(new Set()), FRESH_MILLIS);
    return () => clearTimeout(timer);
  }, [fresh]);
  return { list, fresh };
}

/** The pages with the newest traces in front; undefined when so much came in that there would be a gap. */
export function withNewest(
  known: Pages,
  newest: TracePage,
): { readonly pages: Pages; readonly fresh: ReadonlySet<string> } | undefined {
  const [first, ...others] = known.pages;
  if (first === undefined) return undefined;
  const now = new Map(newest.traces.map((trace) => [trace.traceId, trace]));
  const before = new Set(known.pages.flatMap(({ traces }) => traces.map(({ traceId }) => traceId)));
  const added = newest.traces.filter(({ traceId }) => !before.has(traceId));
  const isGap = newest.next !== null && added.length === newest.traces.length && before.size > 0;
  if (isGap || before.size > MOST_KEPT) return undefined;
  const current = (traces: readonly TraceSummary[]): TraceSummary[] =>
    traces.map((trace) => now.get(trace.traceId) ?? trace);
  const pages = [
    { ...first, traces: [...added, ...current(first.traces)] },
    ...others.map((page) => ({ ...page, traces: current(page.traces) })),
  ];
  return { pages: { ...known, pages }, fresh: new Set(added.map(({ traceId }) => traceId)) };
}
