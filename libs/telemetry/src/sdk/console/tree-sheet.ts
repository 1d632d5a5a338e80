import { HTTP_RESPONSE_STATUS_CODE } from '../../semconv.js';
import { compare, growForest, type SpanNode } from './span-forest.js';
import { columns, printable, type Paint, type Style } from './terminal-text.js';
import type { TreeLog, TreeSpan } from './tree-model.js';
import { layOut, type TreeRow } from './tree-rows.js';

/** No red: it means error. */
const SERVICE_STYLES: readonly Style[] = ['cyan', 'magenta', 'yellow', 'blue', 'green'];
/** `59.99 s` and `99.9 ms` are the longest durations. */
const DURATION_COLUMNS = 7;
const LONGEST_SERVICE = 16;
const LONGEST_BAR = 40;

/** Everything that the lines of one trace share: its rows, its time, and where its columns stand. */
export interface TreeSheet {
  readonly rows: readonly TreeRow[];
  /** Spans beyond what is drawn. */
  readonly hidden: readonly SpanNode[];
  readonly services: ReadonlyMap<string, Style>;
  readonly start: bigint;
  readonly end: bigint;
  /** How far the clocks of the processes are apart. */
  readonly skew: bigint;
  readonly width: number;
  /** Columns; 0 leaves the column out. */
  readonly columns: {
    readonly label: number;
    readonly service: number;
    readonly duration: number;
    readonly bar: number;
  };
  readonly paint: Paint;
}

export function layOutSheet(
  spans: readonly TreeSpan[],
  logs: readonly TreeLog[],
  width: number,
  paint: Paint,
): TreeSheet {
  // Two fifths of the width are enough for branches; what is deeper is drawn there.
  const { rows, hidden } = layOut(growForest(spans), Math.floor((width * 2) / 15) * 3);
  const nodes = rows.flatMap((row) => row.folded ?? [row.node]).concat(hidden);
  const services = stylesOf([...nodes.map((node) => node.span.service), ...logs.map((log) => log.service)]);
  return {
    rows,
    hidden,
    services,
    ...extentOf(nodes),
    skew: extreme(
      nodes.map(({ shift }) => (shift < 0n ? -shift : shift)),
      1,
    ),
    width,
    columns: columnsFor(rows, [...services.keys()], width),
    paint,
  };
}

function columnsFor(
  rows: readonly TreeRow[],
  services: readonly string[],
  width: number,
): TreeSheet['columns'] {
  const service =
    services.length > 1
      ? Math.min(LONGEST_SERVICE, Math.max(...services.map((name) => columns(printable(name)))))
      : 0;
  // Gap, service, gap, duration, blank, mark.
  const fixed = (service && service + 2) + 2 + DURATION_COLUMNS + 2;
  const shortestBar = width < 70 ? 0 : Math.floor(width / 5);
  const wanted = rows.map((row) => columns(row.branch) + columns(labelOf(row)) + columns(suffixOf(row)));
  const label = Math.min(Math.max(0, ...wanted), width - fixed - (shortestBar && shortestBar + 2));
  const bar = shortestBar && Math.min(LONGEST_BAR, width - fixed - label - 2);
  return { label, service, duration: DURATION_COLUMNS, bar };
}

/** The name on a line. */
export function labelOf({ node, folded }: TreeRow): string {
  const name = printable(node.span.name) || '(no name)';
  return folded ? `${folded.length} more × ${name}` : name;
}

/** What follows the name: the kind, and for HTTP the answer. */
export function suffixOf({ node, folded }: TreeRow): string {
  if (folded) return '';
  const { kind, attributes } = node.span;
  const status = attributes[HTTP_RESPONSE_STATUS_CODE];
  const code =
    typeof status === 'number' || typeof status === 'string' ? ` ${printable(String(status))}` : '';
  return (kind === 'internal' ? '' : ` ▸ ${kind}`) + code;
}

/** From the first start to the last end, by aligned clocks. */
export function extentOf(nodes: readonly SpanNode[]): { start: bigint; end: bigint } {
  return {
    start: extreme(
      nodes.map(({ span, shift }) => span.startTimeUnixNano + shift),
      -1,
    ),
    end: extreme(
      nodes.map(({ span, shift }) => span.endTimeUnixNano + shift),
      1,
    ),
  };
}

/** The least (`-1`) or greatest (`1`) of the values; `Math.max` takes no bigints. */
function extreme(values: readonly bigint[], direction: -1 | 1): bigint {
  let found = values[0] ?? 0n;
  for (const value of values) if (compare(value, found) === direction) found = value;
  return found;
}

function stylesOf(services: readonly string[]): Map<string, Style> {
  const styles = new Map<string, Style>();
  for (const name of services)
    if (!styles.has(name)) styles.set(name, SERVICE_STYLES[styles.size % SERVICE_STYLES.length] ?? 'cyan');
  return styles;
}
