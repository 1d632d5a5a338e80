import type { MapNode } from '../../../../src/api/api.types.ts';
import { duration } from '../../parts/format.ts';
import { edgeWords, rate, share } from './map.figures.ts';
import { LABEL_HEIGHT, LABEL_WIDTH, type PlacedEdge } from './map.layout.ts';
import { edgeTracesHref } from './map.links.ts';
import styles from './map.module.css';
import { SvgLink } from './svg.link.tsx';

/** A call: an arrow as thick as it is frequent, with its figures. */
export function MapEdgeDrawing({
  placed,
  from,
  to,
  seconds,
  onOpen,
}: {
  readonly placed: PlacedEdge;
  readonly from: MapNode;
  readonly to: MapNode;
  readonly seconds: number | null;
  readonly onOpen: (href: string) => void;
}) {
  const { edge, path, x, y } = placed;
  const failed = edge.errors > 0;
  return (
    <SvgLink
      href={edgeTracesHref(from, to, edge)}
      label={edgeWords(from, to, edge, seconds)}
      className={`${styles['edge']} ${failed ? styles['failed'] : ''}`}
      onOpen={onOpen}
    >
      <path d={path} className={styles['wide']} />
      <path
        d={path}
        className={styles['line']}
        strokeWidth={1 + Math.min(3, Math.log10(Math.max(1, edge.calls)) * 0.8)}
        markerEnd={failed ? 'url(#arrow-failed)' : 'url(#arrow)'}
      />
      <rect
        className={styles['label']}
        x={x - LABEL_WIDTH / 2}
        y={y - LABEL_HEIGHT / 2}
        width={LABEL_WIDTH}
        height={LABEL_HEIGHT}
        rx={5}
      />
      <text x={x} y={y - 3} className={styles['figure']}>
        {rate(edge.calls, seconds)}
      </text>
      <text x={x} y={y + 11} className={styles['figure']}>
        <tspan className={failed ? styles['bad'] : styles['soft']}>{share(edge.errors, edge.calls)}</tspan>
        <tspan className={styles['soft']}> · {duration(edge.p95Us)}</tspan>
      </text>
    </SvgLink>
  );
}
