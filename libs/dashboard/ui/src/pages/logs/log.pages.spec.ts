import { describe, expect, it } from 'vitest';
import type { LogPage, LogView } from '../../../../src/api/api.types.ts';
import { withNewest } from './log.pages.ts';

function log(id: number): LogView {
  return {
    id: String(id),
    timeUs: id,
    service: 'user',
    severityNumber: 9,
    severityText: 'INFO',
    body: `line ${id}`,
    eventName: '',
    traceId: null,
    spanId: null,
    attributes: {},
  };
}

/** Records of these ids, newest first. */
function page(newest: number, oldest: number, next: string | null = null): LogPage {
  const ids = Array.from({ length: newest - oldest + 1 }, (_, index) => newest - index);
  return { logs: ids.map(log), next };
}

function idsOf(pages: readonly LogPage[]): number[] {
  return pages.flatMap(({ logs }) => logs.map(({ id }) => Number(id)));
}

describe('watching the logs', () => {
  it('puts what is new on top and keeps the pages that were scrolled to', () => {
    const pages = withNewest([page(20, 11, '11'), page(10, 1)], page(23, 14, '14'));
    expect(idsOf(pages)).toEqual(Array.from({ length: 23 }, (_, index) => 23 - index));
    expect(pages[1]).toEqual(page(10, 1));
  });

  it('starts over when more came in than one look shows', () => {
    expect(withNewest([page(20, 11, '11'), page(10, 1)], page(99, 90, '90'))).toEqual([page(99, 90, '90')]);
  });

  it('is unchanged when nothing is new', () => {
    const pages = [page(20, 11, '11'), page(10, 1)];
    expect(withNewest(pages, page(20, 11, '11'))).toEqual(pages);
  });

  it('follows a store that was cleared or numbers anew', () => {
    expect(withNewest([page(20, 11)], page(3, 1))).toEqual([page(3, 1)]);
    expect(withNewest([page(20, 11)], { logs: [], next: null })).toEqual([{ logs: [], next: null }]);
  });

  it('does not grow for ever, and can go on where it was cut', () => {
    let pages: LogPage[] = [page(100, 1)];
    for (let newest = 150; newest <= 6000; newest += 50)
      pages = withNewest(pages, page(newest, newest - 99, '1'));
    const ids = idsOf(pages);
    expect(ids).toHaveLength(3000);
    expect(ids[0]).toBe(6000);
    expect(pages[0]?.next).toBe(String(ids.at(-1)));
  });
});
