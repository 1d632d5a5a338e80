import type { MapEdge, MapNode, ServiceMap } from '../api/api.types.js';
import { type Buckets, mergeBuckets, percentileOf } from '../store/duration.buckets.js';
import type { Store } from '../store/store.js';
import { jsonIn, numberIn, textIn } from './row.values.js';
import type { TimeWindow } from './time.window.js';

const MINUTE_US = 60_000_000;

interface Edge {
  readonly from: string;
  readonly to: string;
  calls: number;
  errors: number;
  readonly buckets: Buckets;
}

interface Node {
  readonly id: string;
  readonly label: string;
  readonly kind: MapNode['kind'];
  calls: number;
  errors: number;
}

/** Services, databases, queues and others, and who called whom. */
export function serviceMap(store: Store, { fromUs, toUs }: TimeWindow): ServiceMap {
  store.settleCalls();
  const nodes = new Map<string, Node>();
  const edges = new Map<string, Edge>();
  const node = (label: string, kind: MapNode['kind']): Node => {
    const id = `${kind}:${label}`;
    const present = nodes.get(id);
    if (present !== undefined) return present;
    const made: Node = { id, label, kind, calls: 0, errors: 0 };
    nodes.set(id, made);
    return made;
  };
  const entries = store.database
    .prepare(
      `SELECT w.text AS service, count(*) AS calls, sum(status = 2 OR coalesce(http_status, 0) >= 500) AS errors
       FROM span s JOIN word w ON w.id = s.service
       WHERE kind IN (2, 5) AND start_us BETWEEN ? AND ? GROUP BY s.service`,
    )
    .all(fromUs, toUs);
  for (const row of entries) {
    const service = node(textIn(row, 'service'), 'service');
    service.calls = numberIn(row, 'calls');
    service.errors = numberIn(row, 'errors');
  }
  const rows = store.database
    .prepare('SELECT * FROM edge WHERE minute BETWEEN ? AND ?')
    .all(Math.floor(fromUs / MINUTE_US), Math.floor(toUs / MINUTE_US));
  for (const row of rows) {
    const from = node(textIn(row, 'source'), textIn(row, 'source_kind') as MapNode['kind']);
    const to = node(textIn(row, 'target'), textIn(row, 'target_kind') as MapNode['kind']);
    const [calls, errors] = [numberIn(row, 'calls'), numberIn(row, 'errors')];
    if (to.kind !== 'service') {
      to.calls += calls;
      to.errors += errors;
    }
    const id = `${from.id} → ${to.id}`;
    let edge = edges.get(id);
    if (edge === undefined)
      edges.set(id, (edge = { from: from.id, to: to.id, calls: 0, errors: 0, buckets: {} }));
    edge.calls += calls;
    edge.errors += errors;
    mergeBuckets(edge.buckets, jsonIn<Buckets>(row, 'buckets', {}));
  }
  return { nodes: [...nodes.values()], edges: [...edges.values()].map(edgeView) };
}

function edgeView({ from, to, calls, errors, buckets }: Edge): MapEdge {
  return { from, to, calls, errors, p95Us: percentileOf(buckets, 0.95) };
}
