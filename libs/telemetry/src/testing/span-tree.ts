import type { Attributes } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { growForest, type SpanNode } from '../sdk/console/span-forest.js';
import { toTreeSpan } from '../sdk/console/tree-span.js';
import { byStart } from './start-order.js';
import type { TelemetryRecorder } from './telemetry.recorder.js';

/** A span without anything that differs from run to run. */
export interface SpanTreeNode {
  name: string;
  kind: string;
  status: string;
  /** Only the attributes that were asked for. */
  attributes?: Attributes;
  children: SpanTreeNode[];
}

/** Options of {@link spanTree}. */
export interface SpanTreeOptions {
  /** Attributes to include. @defaultValue none */
  attributes?: readonly string[];
  /** Order of siblings: as they were started, or by name for work that runs at the same time. @defaultValue `'start'` */
  order?: 'start' | 'name';
}

/**
 * The recorded spans as plain nested objects, for `toMatchInlineSnapshot()` and `toEqual()`: names, kinds, statuses
 * and who called whom, but no ids and no times. All traces side by side.
 */
export function spanTree(
  recorder: Pick<TelemetryRecorder, 'spans'>,
  { attributes = [], order = 'start' }: SpanTreeOptions = {},
): SpanTreeNode[] {
  const traces = new Map<string, ReadableSpan[]>();
  for (const span of byStart(recorder.spans)) {
    const { traceId } = span.spanContext();
    traces.set(traceId, [...(traces.get(traceId) ?? []), span]);
  }
  const plain = ({ span, children }: SpanNode): SpanTreeNode => {
    const chosen = attributes
      .filter((key) => key in span.attributes)
      .map((key) => [key, span.attributes[key]]);
    return {
      name: span.name,
      kind: span.kind,
      status: span.status,
      ...(chosen.length > 0 && { attributes: Object.fromEntries(chosen) as Attributes }),
      children: sorted(children.map(plain)),
    };
  };
  const sorted = (nodes: SpanTreeNode[]): SpanTreeNode[] =>
    order === 'name' ? nodes.toSorted((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1)) : nodes;
  const roots = [...traces.values()].flatMap((spans) => growForest(spans.map(toTreeSpan)));
  return sorted(roots.map(plain));
}

function sortKey(node: SpanTreeNode): string {
  return JSON.stringify(node);
}
