import type { MapNode } from '../../../../src/api/api.types.ts';

/** Commands of SVG paths around the origin: the outline, and what is drawn on it. */
interface Shape {
  readonly outline: string;
  readonly detail?: string;
  readonly dashes?: string;
}

const ROUND = 8;
const LID = 7;
const CUT = 14;

/** What a node is shows by its shape: a box, a cylinder that stands, one that lies, and a dashed hexagon. */
const SHAPES: Readonly<Record<MapNode['kind'], (x: number, y: number) => Shape>> = {
  service: (x, y) => ({
    outline: `M${-x + ROUND},${-y} H${x - ROUND} q${ROUND},0 ${ROUND},${ROUND} V${y - ROUND} q0,${ROUND} ${-ROUND},${ROUND} H${-x + ROUND} q${-ROUND},0 ${-ROUND},${-ROUND} V${-y + ROUND} q0,${-ROUND} ${ROUND},${-ROUND} Z`,
  }),
  database: (x, y) => ({
    outline: `M${-x},${-y + LID} a${x},${LID} 0 0 1 ${2 * x},0 V${y - LID} a${x},${LID} 0 0 1 ${-2 * x},0 Z`,
    detail: `M${-x},${-y + LID} a${x},${LID} 0 0 0 ${2 * x},0`,
  }),
  queue: (x, y) => ({
    outline: `M${-x + LID},${-y} H${x - LID} a${LID},${y} 0 0 1 0,${2 * y} H${-x + LID} a${LID},${y} 0 0 1 0,${-2 * y} Z`,
    detail: `M${x - LID},${-y} a${LID},${y} 0 0 0 0,${2 * y}`,
  }),
  external: (x, y) => ({
    outline: `M${-x + CUT},${-y} H${x - CUT} L${x},0 L${x - CUT},${y} H${-x + CUT} L${-x},0 Z`,
    dashes: '5 4',
  }),
};

/** The outline of a node around the origin. */
export function NodeShape({
  kind,
  width,
  height,
  className,
}: {
  readonly kind: MapNode['kind'];
  readonly width: number;
  readonly height: number;
  readonly className: string | undefined;
}) {
  const { outline, detail, dashes } = SHAPES[kind](width / 2, height / 2);
  return (
    <g className={className} strokeDasharray={dashes}>
      <path d={outline} />
      {detail !== undefined && <path fill="none" d={detail} />}
    </g>
  );
}
