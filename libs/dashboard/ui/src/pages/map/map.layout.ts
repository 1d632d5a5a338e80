import { Graph, layout } from '@dagrejs/dagre';
import type { MapEdge, MapNode, ServiceMap } from '../../../../src/api/api.types.ts';

export interface PlacedNode {
  readonly node: MapNode;
  /** Of the middle. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface PlacedEdge {
  readonly edge: MapEdge;
  /** Commands of an SVG path from the one node to the other. */
  readonly path: string;
  /** Middle of the label. */
  readonly x: number;
  readonly y: number;
}

export interface MapLayout {
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
  readonly width: number;
  readonly height: number;
}

export const LABEL_WIDTH = 92;
export const LABEL_HEIGHT = 34;
const NODE_HEIGHT = 56;
/** Room above a node for the arrow to itself. */
const LOOP = 62;
/** A letter of a node's name is about this wide. */
const LETTER = 7.6;
export const LONGEST_NAME = 26;

/** Places everything from the left, where requests come in, to the right. */
export function layoutMap(map: ServiceMap): MapLayout {
  const graph = new Graph({ directed: true, multigraph: false });
  graph.setGraph({ rankdir: 'LR', nodesep: 36, ranksep: 56, edgesep: 24, marginx: 16, marginy: 16 });
  graph.setDefaultEdgeLabel(() => ({}));
  // In the order of their names, so that the picture stays the same while figures change.
  const nodes = map.nodes.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const known = new Set(nodes.map(({ id }) => id));
  const loops = new Set(map.edges.filter(({ from, to }) => from === to).map(({ from }) => from));
  for (const { id, label } of nodes)
    graph.setNode(id, { width: widthOf(label), height: NODE_HEIGHT + (loops.has(id) ? 2 * LOOP : 0) });
  const drawn = map.edges
    .filter(({ from, to }) => known.has(from) && known.has(to))
    .toSorted((a, b) => (a.from + a.to < b.from + b.to ? -1 : 1));
  for (const { from, to } of drawn)
    if (from !== to) graph.setEdge(from, to, { width: LABEL_WIDTH, height: LABEL_HEIGHT, labelpos: 'c' });
  layout(graph);
  const { width = 0, height = 0 } = graph.graph() as { width?: number; height?: number };
  return {
    nodes: nodes.map((node) => {
      const place = graph.node(node.id) as { x: number; y: number; width: number };
      return { node, x: place.x, y: place.y, width: place.width, height: NODE_HEIGHT };
    }),
    edges: drawn.map((edge) => {
      if (edge.from === edge.to) return loopAt(edge, graph.node(edge.from) as { x: number; y: number });
      const place = graph.edge(edge.from, edge.to) as {
        points: { x: number; y: number }[];
        x?: number;
        y?: number;
      };
      const middle = place.points[Math.floor(place.points.length / 2)] ?? { x: 0, y: 0 };
      return { edge, path: curve(place.points), x: place.x ?? middle.x, y: place.y ?? middle.y };
    }),
    width: Math.max(1, width),
    height: Math.max(1, height),
  };
}

/** An arrow from a node to itself, above it. */
function loopAt(edge: MapEdge, { x, y }: { readonly x: number; readonly y: number }): PlacedEdge {
  const top = y - NODE_HEIGHT / 2;
  return {
    edge,
    path: `M${x - 56},${top} C${x - 56},${top - 52} ${x + 56},${top - 52} ${x + 56},${top}`,
    x,
    y: top - LOOP / 2 - 8,
  };
}

function widthOf(label: string): number {
  return Math.max(138, Math.min(label.length, LONGEST_NAME) * LETTER + 52);
}

/** A line through the points with rounded corners: from middle to middle, bent at each point. */
export function curve(points: readonly { readonly x: number; readonly y: number }[]): string {
  const [first, ...rest] = points;
  const last = rest.at(-1);
  if (first === undefined || last === undefined) return '';
  let path = `M${digits(first.x)},${digits(first.y)}`;
  for (const [index, point] of rest.slice(0, -1).entries()) {
    const next = rest[index + 1] ?? last;
    const isLast = index === rest.length - 2;
    const [x, y] = isLast ? [next.x, next.y] : [(point.x + next.x) / 2, (point.y + next.y) / 2];
    path += ` Q${digits(point.x)},${digits(point.y)} ${digits(x)},${digits(y)}`;
  }
  return rest.length === 1 ? `${path} L${digits(last.x)},${digits(last.y)}` : path;
}

function digits(value: number): string {
  return String(Math.round(value * 10) / 10);
}
