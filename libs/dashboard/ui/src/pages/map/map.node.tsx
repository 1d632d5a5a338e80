import { serviceColor } from '../../parts/service.color.ts';
import { visibleText } from '../../parts/visible.text.ts';
import { rate, share } from './map.figures.ts';
import { LONGEST_NAME, type PlacedNode } from './map.layout.ts';
import { nodeTracesHref } from './map.links.ts';
import styles from './map.module.css';
import { NodeShape } from './node.shape.tsx';
import { SvgLink } from './svg.link.tsx';

/** A service, database, queue or other host. */
export function MapNodeDrawing({
  placed: { node, x, y, width, height },
  seconds,
  onOpen,
}: {
  readonly placed: PlacedNode;
  readonly seconds: number | null;
  readonly onOpen: (href: string) => void;
}) {
  const { kind, calls, errors } = node;
  const name = visibleText(node.label);
  const shown = name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME - 1)}…` : name;
  const figures = calls === 0 ? 'no calls' : rate(calls, seconds);
  const isService = kind === 'service';
  // The lid of a cylinder takes room.
  const down = kind === 'database' ? 7 : 0;
  return (
    <SvgLink
      href={nodeTracesHref(node)}
      label={`${kind} ${name}: ${figures}, ${share(errors, calls)} errors`}
      className={`${styles['node']} ${errors > 0 ? styles['failed'] : ''}`}
      onOpen={onOpen}
    >
      <g transform={`translate(${x} ${y})`}>
        <NodeShape kind={kind} width={width} height={height} className={styles['shape']} />
        {isService && (
          <circle cx={-width / 2 + 16} cy={-8} r={4.5} style={{ fill: serviceColor(node.label) }} />
        )}
        <text
          x={isService ? -width / 2 + 27 : 0}
          y={down - 3}
          className={styles[isService ? 'name' : 'nameMiddle']}
        >
          {shown}
        </text>
        <text
          x={isService ? -width / 2 + 27 : 0}
          y={down + 14}
          className={styles[isService ? 'small' : 'smallMiddle']}
        >
          {figures}
          {errors > 0 && <tspan className={styles['bad']}> · {share(errors, calls)}</tspan>}
        </text>
      </g>
    </SvgLink>
  );
}
