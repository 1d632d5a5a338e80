import { notesOf } from './span-notes.js';
import { columns, humanDuration, painter, printable, type Style } from './terminal-text.js';
import { noteLine, spanLine } from './tree-lines.js';
import { renderLogs } from './tree-logs.js';
import type { TraceTreeOptions, TreeLog, TreeSpan } from './tree-model.js';
import { layOutSheet, type TreeSheet } from './tree-sheet.js';

export type { TraceTreeOptions, TreeEvent, TreeLog, TreeSpan } from './tree-model.js';

const DEFAULT_WIDTH = 100;
const LEAST_WIDTH = 40;
/** Clocks of processes on one machine differ by less; nobody needs to hear about that. */
const NOTEWORTHY_SKEW = 10_000_000n;
const SEPARATOR = ' · ';

/**
 * Draws traces as trees: a headline per trace, a line per span with service, duration, status and its place in time,
 * statements, errors and events under their span, and the log lines of the trace at the end. Any input prints:
 * missing parents, several roots, circles, wrong clocks. Pure, and without colours also for files and test output.
 */
export function renderTraceTree(spans: readonly TreeSpan[], options: TraceTreeOptions): string {
  const traces = new Map<string, { spans: TreeSpan[]; logs: TreeLog[] }>();
  const traceOf = (id: string): { spans: TreeSpan[]; logs: TreeLog[] } => {
    const trace = traces.get(id) ?? { spans: [], logs: [] };
    traces.set(id, trace);
    return trace;
  };
  for (const span of spans) traceOf(span.traceId).spans.push(span);
  for (const log of options.logs ?? []) traceOf(log.traceId).logs.push(log);
  const width = Math.max(LEAST_WIDTH, Math.floor(options.width ?? DEFAULT_WIDTH));
  const paint = painter(options.colors);
  return [...traces]
    .map(([id, trace]) => drawTrace(id, trace.logs, layOutSheet(trace.spans, trace.logs, width, paint)))
    .join('\n\n');
}

function drawTrace(id: string, logs: readonly TreeLog[], sheet: TreeSheet): string {
  const lines = [headline(id, sheet)];
  for (const row of sheet.rows) {
    lines.push(spanLine(row, sheet));
    if (!row.folded) lines.push(...notesOf(row.node).map((note) => noteLine(row, note, sheet)));
  }
  if (sheet.hidden.length > 0) lines.push(hiddenLine(sheet));
  return [...lines, ...renderLogs(logs, sheet)].join('\n');
}

function headline(id: string, sheet: TreeSheet): string {
  const { paint } = sheet;
  const spans = sheet.rows.flatMap((row) => row.folded ?? [row.node]).concat(sheet.hidden);
  const errors = spans.filter(({ span }) => span.status === 'error').length;
  const facts: [text: string, style?: Style][] = [
    [plural(spans.length, 'span')],
    [humanDuration(sheet.end - sheet.start)],
    errors > 0 ? [plural(errors, 'error'), 'boldRed'] : ['no errors'],
  ];
  if (sheet.skew >= NOTEWORTHY_SKEW)
    facts.push([`clocks ${humanDuration(sheet.skew)} apart, aligned`, 'yellow']);
  const services = [...sheet.services].map(([name, style]): [string, Style] => [printable(name), style]);
  const traceId = printable(id);
  const used = columns(['trace', traceId].join(' '));
  const wanted = [services.map(([name]) => name).join(', '), ...facts.map(([text]) => text)].join(SEPARATOR);
  return [
    `${paint('dim', 'trace')} ${paint('bold', traceId)}`,
    paint('dim', used + SEPARATOR.length + columns(wanted) > sheet.width ? '\n' : SEPARATOR),
    services.map(([name, style]) => paint(style, name)).join(', '),
    ...facts.map(([text, style]) => paint('dim', SEPARATOR) + (style ? paint(style, text) : text)),
  ].join('');
}

function hiddenLine({ hidden, paint }: TreeSheet): string {
  const errors = hidden.filter(({ span }) => span.status === 'error').length;
  const failed = errors > 0 ? `, ${plural(errors, 'error')} among them` : '';
  return paint('yellow', `⋯ ${plural(hidden.length, 'more span')} not drawn${failed}`);
}

function plural(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? '' : 's'}`;
}
