import type { SpanNode } from './span-forest.js';

/** A line of the tree: a span, or many equal ones folded together. */
export interface TreeRow {
  readonly node: SpanNode;
  /** Box drawing in front of the name. */
  readonly branch: string;
  /** Box drawing in front of the lines that explain the span. */
  readonly rail: string;
  /** Further siblings like this one, counted instead of drawn. */
  readonly folded?: readonly SpanNode[];
}

/** Equal siblings that are drawn before the rest of them is folded. */
const DRAWN = 3;
/** Fewer than this many more are not worth folding. */
const FOLD_FROM = 4;
/** More rows than this help nobody. */
const MAX_ROWS = 1000;

interface Pending {
  readonly node: SpanNode;
  readonly folded?: readonly SpanNode[];
  readonly rail: string;
  readonly place: 'root' | 'middle' | 'last';
}

/** Lays the forest out from top to bottom. `maxRail` bounds the indentation of very deep traces. */
export function layOut(roots: readonly SpanNode[], maxRail: number): { rows: TreeRow[]; hidden: SpanNode[] } {
  const rows: TreeRow[] = [];
  const hidden: SpanNode[] = [];
  const open: Pending[] = [];
  const pushAll = (siblings: readonly SpanNode[], rail: string, root: boolean): void => {
    const groups = fold(siblings);
    for (let i = groups.length - 1; i >= 0; i -= 1) {
      const group = groups[i];
      if (!group) continue;
      const place = root ? 'root' : i === groups.length - 1 ? 'last' : 'middle';
      open.push({ ...group, rail, place });
    }
  };
  pushAll(roots, '', true);
  for (let item = open.pop(); item; item = open.pop()) {
    const { node, folded, rail, place } = item;
    const inner = place === 'root' ? '' : clip(rail + (place === 'last' ? '   ' : '│  '), maxRail);
    if (rows.length < MAX_ROWS) {
      const branch = place === 'root' ? '' : rail + (place === 'last' ? '└─ ' : '├─ ');
      const parent = node.children.length > 0 && !folded;
      rows.push({ node, branch, rail: inner + (parent ? '│  ' : '   '), ...(folded && { folded }) });
    } else hidden.push(...(folded ?? [node]));
    if (!folded) pushAll(node.children, inner, false);
  }
  return { rows, hidden };
}

function clip(rail: string, max: number): string {
  return rail.length <= max ? rail : `⋯  ${rail.slice(6)}`;
}

/** Folds runs of siblings that would look the same: the hundred queries of a loop are one fact, not a hundred. */
function fold(siblings: readonly SpanNode[]): { node: SpanNode; folded?: readonly SpanNode[] }[] {
  const groups: { node: SpanNode; folded?: readonly SpanNode[] }[] = [];
  for (let i = 0; i < siblings.length;) {
    const first = siblings[i];
    if (!first) break;
    const end = endOfRun(siblings, i);
    const drawn = end - i >= DRAWN + FOLD_FROM ? i + DRAWN : end;
    for (const node of siblings.slice(i, drawn)) groups.push({ node });
    const folded = siblings.slice(drawn, end);
    if (folded[0]) groups.push({ node: folded[0], folded });
    i = end;
  }
  return groups;
}

function endOfRun(siblings: readonly SpanNode[], from: number): number {
  const look = likeness(siblings[from]);
  let end = from + 1;
  if (look !== undefined) for (; likeness(siblings[end]) === look; end += 1);
  return end;
}

/** Spans with the same likeness look the same; errors, events and parents are always drawn. */
function likeness(node: SpanNode | undefined): string | undefined {
  if (!node || node.children.length > 0 || node.detached || node.duplicate) return undefined;
  const { span } = node;
  if (span.status === 'error' || span.events.length > 0) return undefined;
  return [span.kind, span.service, span.status, span.name, String(span.attributes['db.query.text'])].join(
    '\u0000',
  );
}
