import type { MapEdge, MapNode } from '../../../../src/api/api.types.ts';
import { condition, tracesHref } from '../../parts/trace.links.ts';

/** The traces that go through a node. */
export function nodeTracesHref(node: MapNode): string {
  return node.kind === 'service' ? tracesHref({ service: node.label }) : tracesHref({ q: termsOf(node) });
}

/** The traces in which the one calls the other. */
export function edgeTracesHref(from: MapNode, to: MapNode, edge: MapEdge): string {
  const error = edge.errors > 0 ? 'true' : undefined;
  if (to.kind !== 'service') return tracesHref({ service: from.label, q: termsOf(to), error });
  // What a service took from a queue, or from another service: the callee's own span says so.
  if (from.kind !== 'service') return tracesHref({ service: to.label, q: termsOf(from), error });
  const q = `${condition('service', to.label)} kind=server`;
  return tracesHref({ service: from.label, q, error });
}

/** What a span that talks to it has among its attributes. */
function termsOf({ kind, label }: MapNode): string {
  if (kind === 'queue') return condition('messaging.destination.name', label);
  if (kind === 'database') {
    const [system = '', ...namespace] = label.split(' ');
    const terms = [condition('db.system.name', system)];
    if (namespace.length > 0) terms.push(condition('db.namespace', namespace.join(' ')));
    return terms.join(' ');
  }
  const [, host = label] = /^(.*):\d+$/u.exec(label) ?? [];
  return condition('server.address', host);
}
