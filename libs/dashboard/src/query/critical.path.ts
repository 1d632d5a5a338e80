import type { SpanView, TraceDetail } from '../api/api.types.js';

/** A span, as far as it lies within its parent. */
interface Part {
  readonly span: SpanView;
  readonly startUs: number;
  readonly endUs: number;
}
type Segment = { readonly spanId: string; readonly startUs: number; readonly endUs: number };

/**
 * What the caller waited for: from the end of the root backwards, always the child that ended last, and between the
 * children the span itself. What goes on after its parent has ended held nobody up, and is cut at the parent's end.
 */
export function criticalPath(spans: readonly SpanView[]): TraceDetail['criticalPath'] {
  const ids = new Set(spans.map(({ spanId }) => spanId));
  const roots = spans.filter(({ parentSpanId }) => parentSpanId === null || !ids.has(parentSpanId));
  const trueRoots = roots.filter(({ parentSpanId }) => parentSpanId === null);
  const [root, another] = trueRoots.length > 0 ? trueRoots : roots;
  if (root === undefined)
    return {
      reason: spans.length === 0 ? 'The trace has no spans.' : 'The spans are parents of each other.',
    };
  if (another !== undefined)
    return {
      reason: `${trueRoots.length > 0 ? trueRoots.length : roots.length} spans have no parent here, so there is no one root to start from.`,
    };
  const children = childrenOf(spans);
  const segments: Segment[] = [];
  const seen = new Set<string>();
  // A stack rather than recursion: traces may be deeper than the call stack.
  const pending: Part[] = [{ span: root, startUs: root.startUs, endUs: endOf(root) }];
  for (let each = pending.pop(); each !== undefined; each = pending.pop()) {
    const { span, startUs } = each;
    if (seen.has(span.spanId)) continue;
    seen.add(span.spanId);
    let endUs = each.endUs;
    for (const child of children.get(span.spanId) ?? []) {
      const childEnd = Math.min(endOf(child), endUs);
      if (child.startUs >= endUs || childEnd <= startUs || child.kind === 'consumer') continue;
      if (childEnd < endUs) segments.push({ spanId: span.spanId, startUs: childEnd, endUs });
      // Clocks differ: what seems to begin before its parent is taken from there on.
      const childStart = Math.max(startUs, child.startUs);
      pending.push({ span: child, startUs: childStart, endUs: childEnd });
      endUs = childStart;
    }
    if (endUs > startUs) segments.push({ spanId: span.spanId, startUs, endUs });
  }
  return { segments: segments.toSorted((a, b) => a.startUs - b.startUs) };
}

/** Children by parent, the one that ended last first. */
function childrenOf(spans: readonly SpanView[]): Map<string, SpanView[]> {
  const children = new Map<string, SpanView[]>();
  for (const span of spans) {
    if (span.parentSpanId === null) continue;
    const list = children.get(span.parentSpanId);
    if (list === undefined) children.set(span.parentSpanId, [span]);
    else list.push(span);
  }
  for (const list of children.values()) list.sort((a, b) => endOf(b) - endOf(a));
  return children;
}

function endOf({ startUs, durationUs }: SpanView): number {
  return startUs + durationUs;
}
