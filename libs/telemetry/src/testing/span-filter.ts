import type { SpanKind } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import type { TreeSpan } from '../sdk/console/trace-tree.js';
import { kindName } from '../sdk/console/tree-span.js';
import { quoted, textMatches } from './matchers/text-expectation.js';

/** What tells spans apart without looking into them. Every field is optional. */
export interface SpanTraits {
  readonly name?: string | RegExp;
  readonly kind?: TreeSpan['kind'] | SpanKind;
  readonly traceId?: string;
}

/** Which spans: by their name, or by more than that. */
export type SpanFilter = string | RegExp | SpanTraits;

/** Whether a span is one of those. */
export function spanFits(filter: SpanFilter, span: ReadableSpan): boolean {
  const { name, kind, traceId } = traitsOf(filter);
  return (
    (name === undefined || textMatches(name, span.name)) &&
    (kind === undefined || nameOfKind(kind) === kindName(span.kind)) &&
    (traceId === undefined || traceId === span.spanContext().traceId)
  );
}

/** As it reads after "span" in a message: `named "GET"`, `of kind server`. */
export function filterText(filter: SpanFilter): string {
  const { name, kind, traceId } = traitsOf(filter);
  const parts = [
    ...(name === undefined ? [] : [`named ${quoted(name)}`]),
    ...(kind === undefined ? [] : [`of kind ${nameOfKind(kind)}`]),
    ...(traceId === undefined ? [] : [`in trace ${traceId}`]),
  ];
  return parts.join(' ') || 'of any name';
}

function traitsOf(filter: SpanFilter): SpanTraits {
  return typeof filter === 'string' || filter instanceof RegExp ? { name: filter } : filter;
}

function nameOfKind(kind: TreeSpan['kind'] | SpanKind): TreeSpan['kind'] {
  return typeof kind === 'number' ? kindName(kind) : kind;
}
