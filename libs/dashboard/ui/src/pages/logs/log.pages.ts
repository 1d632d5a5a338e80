import type { LogPage, LogView } from '../../../../src/api/api.types.ts';

/** More than this is not kept while the page watches; older ones are read again when scrolled to. */
const MOST_WATCHED = 3000;

/** The pages that are held, with what a fresh look at the newest records brought. */
export function withNewest(pages: readonly LogPage[], head: LogPage): LogPage[] {
  const [first, ...rest] = pages;
  const newest = first?.logs[0];
  const newestOfHead = head.logs[0];
  // Nothing here yet, nothing there any more, or numbered anew after a restart: what is there is all there is.
  if (first === undefined || newest === undefined || newestOfHead === undefined) return [head];
  if (idOf(newestOfHead) < idOf(newest)) return [head];
  const fresh = head.logs.filter((log) => idOf(log) > idOf(newest));
  if (fresh.length === 0) return [...pages];
  // None of the head is known: there may be others in between.
  if (fresh.length === head.logs.length && head.next !== null) return [head];
  const logs = [...fresh, ...first.logs];
  const last = logs[MOST_WATCHED - 1];
  if (logs.length > MOST_WATCHED && last !== undefined)
    return [{ logs: logs.slice(0, MOST_WATCHED), next: last.id }];
  return [{ ...first, logs }, ...rest];
}

function idOf({ id }: LogView): number {
  return Number(id);
}
