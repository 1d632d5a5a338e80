import type { TreeSpan } from './tree-model.js';

/** A span in its place. */
export interface SpanNode {
  readonly span: TreeSpan;
  readonly children: SpanNode[];
  /** Why a span that has a parent is drawn as a root. */
  detached?: 'elsewhere' | 'cycle';
  /** Another span of the trace has the same id. */
  duplicate: boolean;
  /** Nanoseconds to add to this span's times to compare them with its root's: another machine, another clock. */
  shift: bigint;
}

/**
 * Puts the spans of one trace in order, whatever they are: parents may be missing, point in circles or carry the id
 * of another span. Every span is in the result exactly once. Nothing here recurses, for traces can be deep.
 */
export function growForest(spans: readonly TreeSpan[]): SpanNode[] {
  const inOrder = spans.toSorted((a, b) => compare(a.startTimeUnixNano, b.startTimeUnixNano));
  const nodes = inOrder.map((span): SpanNode => ({ span, children: [], duplicate: false, shift: 0n }));
  const byId = new Map<string, SpanNode>();
  for (const node of nodes) {
    node.duplicate = byId.has(node.span.spanId);
    if (!node.duplicate) byId.set(node.span.spanId, node);
  }
  const roots: SpanNode[] = [];
  for (const node of nodes) {
    const parentId = node.span.parentSpanId;
    const parent = parentId ? byId.get(parentId) : undefined;
    if (parent) parent.children.push(node);
    else {
      if (parentId) node.detached = 'elsewhere';
      roots.push(node);
    }
  }
  const placed = new Set<SpanNode>();
  for (const root of roots) settle(root, placed);
  // What no root leads to hangs on a circle: cut it at its earliest span.
  for (const node of nodes) {
    if (placed.has(node)) continue;
    const parent = byId.get(node.span.parentSpanId ?? '');
    parent?.children.splice(parent.children.indexOf(node), 1);
    node.detached = 'cycle';
    roots.push(node);
    settle(node, placed);
  }
  return roots;
}

function settle(root: SpanNode, placed: Set<SpanNode>): void {
  const open = [root];
  for (let node = open.pop(); node; node = open.pop()) {
    placed.add(node);
    for (const child of node.children) {
      child.shift = clockShift(node, child.span);
      open.push(child);
    }
  }
}

/**
 * A callee cannot start before its caller called. Where its clock says so, it is moved to the middle of the call, as
 * Jaeger does it.
 */
function clockShift(parent: SpanNode, child: TreeSpan): bigint {
  const from = parent.span;
  if (child.service === from.service && child.kind !== 'server') return parent.shift - overhang(from, child);
  const start = from.startTimeUnixNano + parent.shift;
  const end = from.endTimeUnixNano + parent.shift;
  const early = child.startTimeUnixNano < start;
  const late = child.kind === 'server' && child.startTimeUnixNano > end;
  if (!early && !late) return 0n;
  const slack = end - start - (child.endTimeUnixNano - child.startTimeUnixNano);
  return start - child.startTimeUnixNano + (slack > 0n ? slack / 2n : 0n);
}

/** SDKs take start times in whole milliseconds, so that a child may seem to end up to one later than it did. */
function overhang(parent: TreeSpan, child: TreeSpan): bigint {
  const late = child.endTimeUnixNano - parent.endTimeUnixNano;
  const lead = child.startTimeUnixNano - parent.startTimeUnixNano;
  if (late <= 0n || late > 1_000_000n || lead <= 0n) return 0n;
  return late < lead ? late : lead;
}

export function compare(a: bigint, b: bigint): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
