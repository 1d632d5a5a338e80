import { useMemo } from 'react';
import type { SpanView } from '../../../../../src/api/api.types.ts';
import { serviceColor } from '../../../parts/service.color.ts';
import { NODE_HEIGHT, placeGraph, serviceGraph, shortLabel, type PlacedGraph } from './service.graph.ts';
import styles from './trace.graph.module.css';

/** More would be no help to look at. */
const MOST_NODES = 40;
const ICONS = { service: '●', database: '◫', queue: '☰', external: '↗' } as const;

/** Who took part in the trace. A service is a button: it marks its spans. */
export function TraceGraph({
  spans,
  onService,
}: {
  readonly spans: readonly SpanView[];
  readonly onService: (service: string) => void;
}) {
  const graph = useMemo(() => {
    const found = serviceGraph(spans);
    return found.nodes.length > 1 && found.nodes.length <= MOST_NODES ? placeGraph(found) : undefined;
  }, [spans]);
  if (graph === undefined) return null;
  return (
    <div className={styles['graph']} role="group" aria-label={described(graph)} tabIndex={0}>
      <svg width={graph.width} height={graph.height} viewBox={`0 0 ${graph.width} ${graph.height}`}>
        <defs>
          <marker
            id="arrow"
            viewBox="0 0 8 8"
            refX="7"
            refY="4"
            markerWidth="7"
            markerHeight="7"
            orient="auto"
          >
            <path d="M0 0.5 8 4 0 7.5z" fill="var(--soft)" />
          </marker>
        </defs>
        {graph.edges.map(({ from, to, points, calls, errors }) => {
          const middle = points[Math.floor(points.length / 2)];
          return (
            <g key={`${from} ${to}`}>
              <path
                d={`M${points.map(({ x, y }) => `${x} ${y}`).join('L')}`}
                fill="none"
                stroke={errors > 0 ? 'var(--error)' : 'var(--soft)'}
                strokeWidth="1.2"
                markerEnd="url(#arrow)"
              />
              {middle !== undefined && calls > 1 && (
                <text x={middle.x} y={middle.y - 3} textAnchor="middle" className={styles['calls']}>
                  {calls}×
                </text>
              )}
            </g>
          );
        })}
        {graph.nodes.map(({ id, label, kind, x, y, width, errors }) => {
          const box = (
            <>
              <rect
                x={x - width / 2}
                y={y - NODE_HEIGHT / 2}
                width={width}
                height={NODE_HEIGHT}
                rx={kind === 'service' ? 6 : 2}
                fill="var(--raised)"
                stroke={errors > 0 ? 'var(--error)' : 'var(--line)'}
              />
              <text
                x={x - width / 2 + 10}
                y={y + 4}
                style={{ fill: kind === 'service' ? serviceColor(label) : 'var(--soft)' }}
              >
                {ICONS[kind]}
              </text>
              <text x={x - width / 2 + 26} y={y + 4}>
                {shortLabel(label)}
              </text>
              <title>{label}</title>
            </>
          );
          return kind === 'service' ? (
            <g
              key={id}
              role="button"
              tabIndex={0}
              aria-label={`Mark the spans of ${label}`}
              className={styles['service']}
              onClick={() => onService(label)}
              onKeyDown={(event) => {
                if (event.key !== 'Enter' && event.key !== ' ') return;
                event.preventDefault();
                onService(label);
              }}
            >
              {box}
            </g>
          ) : (
            <g key={id}>{box}</g>
          );
        })}
      </svg>
    </div>
  );
}

function described({ nodes, edges }: PlacedGraph): string {
  const labels = new Map(nodes.map(({ id, label }) => [id, label]));
  const calls = edges.map(
    ({ from, to, calls: amount }) =>
      `${labels.get(from) ?? ''} calls ${labels.get(to) ?? ''} ${amount} times`,
  );
  return `Services of this trace: ${calls.join(', ')}`;
}
