import { Graph, layout } from '@dagrejs/dagre';
import type { JsonAttributes, SpanView } from '../../../../../src/api/api.types.ts';

export interface GraphNode {
  readonly id: string;
  readonly label: string;
  readonly kind: 'service' | 'database' | 'queue' | 'external';
  readonly spans: number;
  readonly errors: number;
}

export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  readonly calls: number;
  readonly errors: number;
}

export interface ServiceGraph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

type Counted<T> = { -readonly [Key in keyof T]: T[Key] };

/** Who called whom in a trace: services, and the databases, queues and other hosts their client spans name. */
export function serviceGraph(spans: readonly SpanView[]): ServiceGraph {
  const ids = new Map(spans.map((span) => [span.spanId, span]));
  const answered = new Set<string>();
  const nodes = new Map<string, Counted<GraphNode>>();
  const edges = new Map<string, Counted<GraphEdge>>();
  const node = (id: string, label: string, kind: GraphNode['kind'], isError: boolean): void => {
    const known = nodes.get(id) ?? { id, label, kind, spans: 0, errors: 0 };
    known.spans += 1;
    known.errors += isError ? 1 : 0;
    nodes.set(id, known);
  };
  const edge = (from: string, to: string, isError: boolean): void => {
    const key = JSON.stringify([from, to]);
    const known = edges.get(key) ?? { from, to, calls: 0, errors: 0 };
    known.calls += 1;
    known.errors += isError ? 1 : 0;
    edges.set(key, known);
  };
  for (const span of spans) {
    const isError = span.status === 'error';
    node(`service ${span.service}`, span.service, 'service', isError);
    const parent = span.parentSpanId === null ? undefined : ids.get(span.parentSpanId);
    if (parent === undefined || parent.service === span.service) continue;
    answered.add(parent.spanId);
    edge(`service ${parent.service}`, `service ${span.service}`, isError || parent.status === 'error');
  }
  for (const span of spans) {
    if ((span.kind !== 'client' && span.kind !== 'producer') || answered.has(span.spanId)) continue;
    const peer = peerOf(span.attributes);
    if (peer === undefined) continue;
    const isError = span.status === 'error';
    node(peer.id, peer.label, peer.kind, isError);
    edge(`service ${span.service}`, peer.id, isError);
  }
  return { nodes: [...nodes.values()], edges: [...edges.values()] };
}

function peerOf(attributes: JsonAttributes): Pick<GraphNode, 'id' | 'label' | 'kind'> | undefined {
  const read = (...keys: string[]): string | undefined => {
    const value = keys.map((key) => attributes[key]).find((each) => typeof each === 'string' && each !== '');
    return typeof value === 'string' ? value : undefined;
  };
  const system = read('db.system.name', 'db.system');
  const queue = read('messaging.destination.name');
  const host = read('server.address', 'peer.service');
  if (system !== undefined) {
    const label = [system, read('db.namespace')?.split('/').at(-1)].filter(Boolean).join(' ');
    return { id: `database ${label} ${host ?? ''}`, label, kind: 'database' };
  }
  if (queue !== undefined) return { id: `queue ${queue}`, label: queue, kind: 'queue' };
  return host === undefined ? undefined : { id: `external ${host}`, label: host, kind: 'external' };
}

export interface PlacedGraph {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly (GraphNode & { readonly x: number; readonly y: number; readonly width: number })[];
  readonly edges: readonly (GraphEdge & {
    readonly points: readonly { readonly x: number; readonly y: number }[];
  })[];
}

export const NODE_HEIGHT = 26;
const LETTER_WIDTH = 7.2;
const MOST_LETTERS = 24;

/** Where the nodes and edges are drawn, from left to right. */
export function placeGraph({ nodes, edges }: ServiceGraph): PlacedGraph {
  const graph = new Graph({ multigraph: true });
  graph.setGraph({ rankdir: 'LR', nodesep: 10, ranksep: 56, marginx: 4, marginy: 4 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id, label } of nodes)
    graph.setNode(id, {
      width: Math.min(label.length, MOST_LETTERS) * LETTER_WIDTH + 34,
      height: NODE_HEIGHT,
    });
  for (const [index, { from, to }] of edges.entries()) graph.setEdge(from, to, {}, String(index));
  layout(graph);
  const { width = 0, height = 0 } = graph.graph() as { width?: number; height?: number };
  return {
    width,
    height,
    nodes: nodes.map((node) => {
      const { x, y, width: nodeWidth } = graph.node(node.id) as { x: number; y: number; width: number };
      return { ...node, x, y, width: nodeWidth };
    }),
    edges: edges.map((edge, index) => {
      const { points = [] } = graph.edge({ v: edge.from, w: edge.to, name: String(index) }) as {
        points?: { x: number; y: number }[];
      };
      return { ...edge, points };
    }),
  };
}

export function shortLabel(label: string): string {
  return label.length > MOST_LETTERS ? `${label.slice(0, MOST_LETTERS - 1)}…` : label;
}
