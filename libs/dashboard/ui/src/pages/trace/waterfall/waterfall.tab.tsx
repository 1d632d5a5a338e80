import { useDeferredValue, useMemo, useState } from 'react';
import { usePageKeys } from '../../../shell/shortcuts.ts';
import { useUrlState } from '../../../shell/url.state.ts';
import { TraceGraph } from '../graph/trace.graph.tsx';
import { SpanPanel } from '../panel/span.panel.tsx';
import { searchSpans } from '../span.search.ts';
import { panned, showing, viewOf, viewText, zoomed, type TimeView } from '../time.view.ts';
import type { TraceModel } from '../trace.model.ts';
import { revealed, unfolded } from '../trace.tree.ts';
import { criticalTimes } from './critical.times.ts';
import { Minimap } from './minimap.tsx';
import { SpanTree } from './span.tree.tsx';
import { WaterfallBar } from './waterfall.bar.tsx';
import styles from './waterfall.module.css';

const NOTHING_FOLDED: ReadonlySet<string> = new Set();

/** Spans over time. What is chosen, searched for and zoomed to is in the address. */
export function WaterfallTab({ model }: { readonly model: TraceModel }) {
  const { trace, rows, lengthUs } = model;
  const [state, change] = useUrlState();
  const [folded, setFolded] = useState(NOTHING_FOLDED);
  const spanId = state.get('span') ?? '';
  const query = state.get('q') ?? '';
  const view = useMemo(() => viewOf(state.get('zoom'), lengthUs), [state, lengthUs]);
  const isCritical = state.get('critical') === 'true';
  const searched = useDeferredValue(query);
  const found = useMemo(() => searchSpans(trace.spans, searched), [trace, searched]);
  const hits = useMemo(
    () => rows.flatMap(({ span }, index) => (found.has(span.spanId) ? [index] : [])),
    [rows, found],
  );
  const errors = useMemo(
    () => rows.flatMap(({ span }, index) => (span.status === 'error' ? [index] : [])),
    [rows],
  );
  const critical = useMemo(
    () => (isCritical ? criticalTimes(trace.criticalPath) : undefined),
    [trace, isCritical],
  );
  const chosen = model.indexOf(spanId);
  // A link may lead to a span that is folded away.
  const open = useMemo(() => revealed(rows, chosen, folded), [rows, chosen, folded]);
  const shown = useMemo(() => unfolded(rows, open), [rows, open]);
  const place = chosen < 0 ? -1 : shown.indexOf(chosen);

  const zoomTo = (next: TimeView): void => change({ zoom: viewText(next, lengthUs) });
  const choose = (index: number | undefined): void => {
    const span = index === undefined ? undefined : rows[index]?.span;
    if (span === undefined) return;
    const start = span.startUs - model.startUs;
    const next = showing(view, start, start + span.durationUs, lengthUs);
    setFolded(revealed(rows, index ?? -1, folded));
    change({ span: span.spanId, zoom: viewText(next, lengthUs) });
  };
  const among = (list: readonly number[], step: 1 | -1): void =>
    choose(
      step > 0
        ? (list.find((each) => each > chosen) ?? list[0])
        : (list.findLast((each) => each < chosen) ?? list.at(-1)),
    );
  const fold = (id: string, isFolded: boolean): void => {
    const next = new Set(open);
    if (isFolded) next.add(id);
    else next.delete(id);
    setFolded(next);
  };
  const foldAll = (): void => {
    setFolded(
      new Set(rows.filter(({ children, depth }) => children > 0 && depth > 0).map(({ span }) => span.spanId)),
    );
    const top = rows.findIndex(({ depth }) => depth === 0);
    if (chosen >= 0) change({ span: rows[top]?.span.spanId });
  };
  usePageKeys({
    j: () => choose(shown[Math.min(place + 1, shown.length - 1)]),
    k: () => choose(shown[Math.max(place - 1, 0)]),
    e: () => among(errors, 1),
    E: () => among(errors, -1),
    n: () => among(hits, 1),
    N: () => among(hits, -1),
    x: () => {
      const row = rows[chosen];
      if (row !== undefined && row.children > 0) fold(row.span.spanId, !open.has(row.span.spanId));
    },
    X: () => (folded.size > 0 ? setFolded(NOTHING_FOLDED) : foldAll()),
    w: () => zoomTo(zoomed(view, 2, lengthUs)),
    s: () => zoomTo(zoomed(view, 0.5, lengthUs)),
    a: () => zoomTo(panned(view, -0.25, lengthUs)),
    d: () => zoomTo(panned(view, 0.25, lengthUs)),
    c: () => change({ critical: isCritical ? undefined : 'true' }),
    Escape: () => change({ span: undefined }),
  });
  return (
    <>
      <TraceGraph
        spans={trace.spans}
        onService={(service) => change({ q: `service=${JSON.stringify(service)}` })}
      />
      <WaterfallBar
        query={query}
        hits={hits.length}
        position={hits.indexOf(chosen) + 1}
        errors={errors.length}
        isCritical={isCritical}
        criticalReason={'reason' in trace.criticalPath ? trace.criticalPath.reason : undefined}
        isFolded={folded.size > 0}
        isZoomed={state.get('zoom') !== null}
        onQuery={(q) => change({ q })}
        onHit={(step) => among(hits, step)}
        onError={(step) => among(errors, step)}
        onCritical={() => change({ critical: isCritical ? undefined : 'true' })}
        onFold={() => (folded.size > 0 ? setFolded(NOTHING_FOLDED) : foldAll())}
        onZoom={(factor) => zoomTo(factor === 0 ? { from: 0, to: lengthUs } : zoomed(view, factor, lengthUs))}
      />
      <div className={styles['split']}>
        <div className={styles['times']}>
          <Minimap model={model} view={view} onView={zoomTo} />
          <SpanTree
            model={model}
            shown={shown}
            folded={open}
            view={view}
            selected={place}
            found={query === '' ? undefined : found}
            critical={critical}
            onSelect={(index) => choose(shown[index])}
            onFold={fold}
          />
        </div>
        {chosen >= 0 && (
          <SpanPanel model={model} row={rows[chosen]} onClose={() => change({ span: undefined })} />
        )}
      </div>
    </>
  );
}
