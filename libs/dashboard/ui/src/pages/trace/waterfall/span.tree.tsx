import { VirtualRows } from '../../../parts/virtual.rows.tsx';
import type { TimeView } from '../time.view.ts';
import type { TraceModel } from '../trace.model.ts';
import type { CriticalTime } from './critical.times.ts';
import { SpanRow, SpanHeads } from './span.row.tsx';
import styles from './waterfall.module.css';

export interface SpanTreeProps {
  readonly model: TraceModel;
  /** Positions of the rows that are not folded away. */
  readonly shown: readonly number[];
  readonly folded: ReadonlySet<string>;
  readonly view: TimeView;
  /** Place among the rows that are shown, or -1. */
  readonly selected: number;
  /** Spans that are searched for; undefined while nothing is. */
  readonly found: ReadonlySet<string> | undefined;
  readonly critical: ReadonlyMap<string, readonly CriticalTime[]> | undefined;
  readonly onSelect: (place: number) => void;
  readonly onFold: (spanId: string, isFolded: boolean) => void;
}

/** The tree of spans with their bars. Left folds or goes to the parent, right unfolds or goes to the first child. */
export function SpanTree(props: SpanTreeProps) {
  const { model, shown, folded, view, selected, found, critical, onSelect, onFold } = props;
  const { rows } = model;
  const onKey = (key: string): boolean => {
    const row = rows[shown[selected] ?? -1];
    if (row === undefined || (key !== 'ArrowLeft' && key !== 'ArrowRight')) return false;
    const isFolded = folded.has(row.span.spanId);
    if (key === 'ArrowLeft') {
      if (row.children > 0 && !isFolded) onFold(row.span.spanId, true);
      else if (row.parent >= 0) onSelect(shown.indexOf(row.parent));
    } else if (row.children > 0) {
      if (isFolded) onFold(row.span.spanId, false);
      else onSelect(selected + 1);
    }
    return true;
  };
  return (
    <VirtualRows
      role="treegrid"
      label="Spans"
      items={shown}
      rowHeight={26}
      selected={selected}
      onSelect={onSelect}
      onKey={onKey}
      keyOf={(index) => rows[index]?.span.spanId ?? ''}
      ariaOf={(index) => {
        const { depth = 0, children = 0, span } = rows[index] ?? {};
        return {
          'aria-level': depth + 1,
          ...(children > 0 && span !== undefined && { 'aria-expanded': !folded.has(span.spanId) }),
        };
      }}
      classOf={(index) => {
        const id = rows[index]?.span.spanId ?? '';
        return found === undefined ? undefined : found.has(id) ? styles['found'] : styles['other'];
      }}
      header={<SpanHeads />}
    >
      {(index) => {
        const row = rows[index];
        if (row === undefined) return null;
        const { spanId } = row.span;
        return (
          <SpanRow
            row={row}
            view={view}
            startUs={model.startUs}
            logs={model.logsOf(spanId)}
            isFolded={folded.has(spanId)}
            critical={critical?.get(spanId)}
            onFold={onFold}
          />
        );
      }}
    </VirtualRows>
  );
}
