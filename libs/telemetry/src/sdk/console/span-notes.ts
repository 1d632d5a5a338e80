import {
  DB_QUERY_TEXT,
  ERROR_TYPE,
  EXCEPTION_MESSAGE,
  EXCEPTION_STACKTRACE,
  EXCEPTION_TYPE,
} from '../../semconv.js';
import type { SpanNode } from './span-forest.js';
import { humanDuration, printable } from './terminal-text.js';
import type { TreeEvent, TreeSpan } from './tree-model.js';

/** A line under a span. */
export interface SpanNote {
  readonly kind: 'hint' | 'query' | 'error' | 'event';
  readonly text: string;
  /** Less important rest of the line. */
  readonly aside?: string;
}

/** What is worth saying about a span besides its line, in the order in which it is read. */
export function notesOf(node: SpanNode): SpanNote[] {
  const { span } = node;
  const notes: SpanNote[] = [];
  if (node.detached === 'elsewhere')
    notes.push({
      kind: 'hint',
      text: `parent ${printable(span.parentSpanId ?? '')} is not among these spans`,
    });
  if (node.detached === 'cycle')
    notes.push({ kind: 'hint', text: `parent ${printable(span.parentSpanId ?? '')} is below this span` });
  if (node.duplicate)
    notes.push({ kind: 'hint', text: `span id ${printable(span.spanId)} is used more than once` });
  // The old name is what contrib instrumentations before the stable database conventions wrote.
  const query = span.attributes[DB_QUERY_TEXT] ?? span.attributes['db.statement'];
  if (typeof query === 'string') notes.push({ kind: 'query', text: printable(query) });
  const failure = failureOf(node);
  if (failure) notes.push({ kind: 'error', text: failure });
  for (const event of span.events) {
    if (event.name === 'exception') notes.push({ kind: 'error', text: exceptionText(event) });
    else notes.push(eventNote(event, span));
  }
  return notes;
}

/** The status message, unless a line nearby says the same. */
function failureOf({ span, children }: SpanNode): string | undefined {
  if (span.status !== 'error') return undefined;
  const own = span.events.filter((event) => event.name === 'exception');
  const message = span.statusMessage ? printable(span.statusMessage) : undefined;
  if (!message) {
    const type = span.attributes[ERROR_TYPE];
    return own.length === 0 && typeof type === 'string' ? printable(type) : undefined;
  }
  const said = (other: TreeSpan): boolean =>
    other.events.some((event) => event.attributes[EXCEPTION_MESSAGE] === span.statusMessage);
  if (said(span)) return undefined;
  const below = children.some(
    ({ span: child }) =>
      child.status === 'error' && (child.statusMessage === span.statusMessage || said(child)),
  );
  return below ? undefined : message;
}

function exceptionText({ attributes }: TreeEvent): string {
  const parts = [attributes[EXCEPTION_TYPE], attributes[EXCEPTION_MESSAGE]];
  const known = parts.filter((part): part is string => typeof part === 'string' && part !== '');
  return known.length > 0 ? printable(known.join(': ')) : 'exception';
}

function eventNote(event: TreeEvent, span: TreeSpan): SpanNote {
  const offset = humanDuration(event.timeUnixNano - span.startTimeUnixNano);
  const details = Object.entries(event.attributes)
    .filter(([key]) => key !== EXCEPTION_STACKTRACE)
    .map(([key, value]) => `${printable(key)}=${shortValue(value)}`);
  const sign = offset.startsWith('-') ? '' : '+';
  return { kind: 'event', text: `${sign}${offset} ${printable(event.name)}`, aside: details.join(' ') };
}

function shortValue(value: unknown): string {
  if (typeof value === 'string')
    return /[\s"=]/.test(value) ? JSON.stringify(printable(value)) : printable(value);
  if (typeof value === 'object' && value !== null) return printable(JSON.stringify(value) ?? '');
  return String(value);
}
