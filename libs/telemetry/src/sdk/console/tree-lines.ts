import type { SpanNode } from './span-forest.js';
import type { SpanNote } from './span-notes.js';
import { columns, fit, humanDuration, padEnd, printable, type Style } from './terminal-text.js';
import { extentOf, labelOf, suffixOf, type TreeSheet } from './tree-sheet.js';
import type { TreeRow } from './tree-rows.js';

const MARKS = { ok: ['green', '✓'], error: ['boldRed', '✗'], unset: ['dim', '·'] } as const;

/** Branch and name, service, duration, status, place in time. */
export function spanLine(row: TreeRow, sheet: TreeSheet): string {
  const { paint } = sheet;
  const { span } = row.node;
  const nodes = row.folded ?? [row.node];
  const suffix = suffixOf(row);
  const room = sheet.columns.label - columns(row.branch) - columns(suffix);
  const name = fit(labelOf(row), Math.max(8, room));
  const style = nameStyle(row);
  const serviceStyle = sheet.services.get(span.service) ?? 'dim';
  const service = padEnd(fit(printable(span.service), sheet.columns.service), sheet.columns.service);
  const [markStyle, mark] = MARKS[span.status];
  const cells = [
    paint('dim', row.branch) +
      (style ? paint(style, name) : name) +
      paint('dim', suffix) +
      ' '.repeat(Math.max(0, room - columns(name))),
    ...(service ? [paint(serviceStyle, service)] : []),
    `${humanDuration(totalDuration(nodes)).padStart(sheet.columns.duration)} ${paint(markStyle, mark)}`,
    ...(sheet.columns.bar
      ? [paint(span.status === 'error' ? 'red' : serviceStyle, timeline(nodes, sheet))]
      : []),
  ];
  return cells.join('  ').trimEnd();
}

/** A line that explains the span above it. */
export function noteLine(row: TreeRow, note: SpanNote, sheet: TreeSheet): string {
  const { paint } = sheet;
  const room = sheet.width - columns(row.rail) - 2;
  const text = fit(note.text, room);
  const rest = room - columns(text) - 2;
  const aside = note.aside && rest > 8 ? `  ${paint('dim', fit(note.aside, rest))}` : '';
  const body = {
    hint: () => paint('yellow', `↯ ${text}`),
    query: () => paint('dim', `» ${text}`),
    error: () => paint('red', `✗ ${text}`),
    event: () => `${paint('dim', '•')} ${text}`,
  }[note.kind]();
  return paint('dim', row.rail) + body + aside;
}

function nameStyle(row: TreeRow): Style | undefined {
  if (row.folded) return 'dim';
  if (row.node.span.status === 'error') return 'red';
  return row.branch === '' ? 'bold' : undefined;
}

/** A bar where in the trace the time went, to half a character. */
function timeline(nodes: readonly SpanNode[], sheet: TreeSheet): string {
  const halves = sheet.columns.bar * 2;
  const total = Number(sheet.end - sheet.start);
  const { start, end } = extentOf(nodes);
  const place = (time: bigint): number => (Number(time - sheet.start) / total) * halves;
  const from = total > 0 ? Math.min(halves - 1, Math.floor(place(start))) : 0;
  const to = total > 0 ? Math.min(halves, Math.max(from + 1, Math.round(place(end)))) : halves;
  const lead = ' '.repeat(Math.floor(from / 2));
  if (to - from === 1) return lead + (from % 2 ? '╺' : '╸');
  const full = Math.floor(to / 2) - Math.ceil(from / 2);
  return lead + (from % 2 ? '╺' : '') + '━'.repeat(full) + (to % 2 ? '╸' : '');
}

function totalDuration(nodes: readonly SpanNode[]): bigint {
  let sum = 0n;
  for (const { span } of nodes)
    if (span.endTimeUnixNano > span.startTimeUnixNano) sum += span.endTimeUnixNano - span.startTimeUnixNano;
  return sum;
}
