import type { SpanView } from '../../../../src/api/api.types.ts';

/** A span at its place in the tree. */
export interface TreeRow {
  readonly span: SpanView;
  readonly depth: number;
  readonly children: number;
  /** Position of its parent in the list of rows; -1 at the top. */
  readonly parent: number;
  /** It names a parent that is not in the trace. */
  readonly isOrphan: boolean;
}

/** All spans in the order in which they are drawn: parents before children, siblings by their start. */
export function treeRows(spans: readonly SpanView[]): TreeRow[] {
  const { tops, children } = familiesOf(spans);
  const rows: TreeRow[] = [];
  const drawn = new Set<string>();
  const ids = new Set(spans.map(({ spanId }) => spanId));
  const draw = (top: SpanView): void => {
    // A stack rather than recursion: traces may be deeper than the call stack.
    const pending = [{ span: top, depth: 0, parent: -1 }];
    for (let each = pending.pop(); each !== undefined; each = pending.pop()) {
      const { span, depth, parent } = each;
      if (drawn.has(span.spanId)) continue;
      drawn.add(span.spanId);
      const below = (children.get(span.spanId) ?? []).filter(({ spanId }) => !drawn.has(spanId));
      const isOrphan = span.parentSpanId !== null && !ids.has(span.parentSpanId);
      const index = rows.push({ span, depth, parent, children: below.length, isOrphan }) - 1;
      for (const child of below.toReversed()) pending.push({ span: child, depth: depth + 1, parent: index });
    }
  };
  for (const top of tops) draw(top);
  // Spans that are each other's parents have no top; they are shown all the same.
  if (drawn.size < ids.size) for (const span of spans) if (!drawn.has(span.spanId)) draw(span);
  return rows;
}

/** Spans without a parent here, and the children of each, by their start. */
export function familiesOf(spans: readonly SpanView[]): {
  readonly tops: readonly SpanView[];
  readonly children: ReadonlyMap<string, readonly SpanView[]>;
} {
  const ids = new Set(spans.map(({ spanId }) => spanId));
  const children = new Map<string, SpanView[]>();
  const tops: SpanView[] = [];
  for (const span of spans.toSorted((a, b) => a.startUs - b.startUs)) {
    const { parentSpanId } = span;
    if (parentSpanId === null || !ids.has(parentSpanId) || parentSpanId === span.spanId) tops.push(span);
    else {
      const siblings = children.get(parentSpanId);
      if (siblings === undefined) children.set(parentSpanId, [span]);
      else siblings.push(span);
    }
  }
  return { tops, children };
}

/** Positions of the rows that are in sight when some are folded. */
export function unfolded(rows: readonly TreeRow[], folded: ReadonlySet<string>): number[] {
  const shown: number[] = [];
  let hiddenBelow = Number.POSITIVE_INFINITY;
  for (const [index, row] of rows.entries()) {
    if (row.depth > hiddenBelow) continue;
    hiddenBelow = folded.has(row.span.spanId) ? row.depth : Number.POSITIVE_INFINITY;
    shown.push(index);
  }
  return shown;
}

/** Without the folds that would hide a row. */
export function revealed(
  rows: readonly TreeRow[],
  index: number,
  folded: ReadonlySet<string>,
): ReadonlySet<string> {
  let open: Set<string> | undefined;
  for (let each = rows[index]?.parent ?? -1; each >= 0; each = rows[each]?.parent ?? -1) {
    const id = rows[each]?.span.spanId ?? '';
    if (!folded.has(id)) continue;
    open ??= new Set(folded);
    open.delete(id);
  }
  return open ?? folded;
}
