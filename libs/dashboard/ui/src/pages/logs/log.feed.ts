import { type InfiniteData, useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { LogPage, LogView } from '../../../../src/api/api.types.ts';
import { type Parameters, read } from '../../api/client.ts';
import { useLive } from '../../api/live.ts';
import { withNewest } from './log.pages.ts';

const PAGE = 200;

export interface LogFeed {
  readonly logs: readonly LogView[];
  readonly isLoaded: boolean;
  readonly error: Error | null;
  /** How many records came in since it was held; those the filters leave out are among them. */
  readonly waiting: number;
  readonly more: () => void;
}

/** The logs that pass some filters, newest first; grows at the top unless it is held. */
export function useLogFeed(filters: Parameters, isHeld: boolean): LogFeed {
  const queries = useQueryClient();
  const queryKey = ['logs', filters];
  const list = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam, signal }) =>
      read<LogPage>('logs', { ...filters, limit: PAGE, before: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
  });
  const [waiting, setWaiting] = useState(0);
  const looking = useRef(false);
  // One look at a time: how often is up to how fast the answers are.
  const look = async (): Promise<void> => {
    if (looking.current || !list.isSuccess) return;
    looking.current = true;
    try {
      const head = await read<LogPage>('logs', { ...filters, limit: PAGE });
      queries.setQueryData<InfiniteData<LogPage, string | undefined>>(queryKey, (held) => {
        if (held === undefined) return held;
        const pages = withNewest(held.pages, head);
        return { pages, pageParams: held.pageParams.slice(0, pages.length) };
      });
    } catch {
      // The next arrival looks again; that the dashboard is gone shows in the list itself.
    } finally {
      looking.current = false;
    }
  };
  const latestLook = useRef(look);
  useEffect(() => {
    latestLook.current = look;
  });
  useEffect(() => {
    setWaiting(0);
    if (!isHeld) void latestLook.current();
  }, [isHeld]);
  useLive('logs', (logs) => {
    if (isHeld) setWaiting((count) => count + logs.length);
    else void look();
  });
  return {
    logs: list.data?.pages.flatMap((page) => page.logs) ?? [],
    isLoaded: list.isSuccess,
    error: list.error,
    waiting,
    more: () => {
      if (list.hasNextPage && !list.isFetchingNextPage) void list.fetchNextPage();
    },
  };
}
