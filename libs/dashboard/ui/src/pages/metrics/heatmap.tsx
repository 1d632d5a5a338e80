import { useRef } from 'react';
import type { ExemplarView } from '../../../../src/api/api.types.ts';
import { useWidth } from '../../parts/element.width.ts';
import { ExemplarDot } from './exemplar.dot.tsx';
import { exemplarKey, spaced } from './exemplar.dots.ts';
import { type Band, heatmapOf, heightOf } from './heatmap.cells.ts';
import styles from './metrics.module.css';
import type { Column } from './time.columns.ts';

const [LEFT, TOP, RIGHT, BOTTOM] = [74, 8, 12, 26];
const HEIGHT = 300;
const CLOCK = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });

/** How values are spread over time: the darker, the more values. */
export function HeatmapChart({
  columns,
  exemplars,
  label,
  format,
}: {
  readonly columns: readonly Column[];
  readonly exemplars: readonly ExemplarView[];
  readonly label: string;
  readonly format: (value: number) => string;
}) {
  const frame = useRef<HTMLDivElement>(null);
  const width = Math.max(useWidth(frame), LEFT + RIGHT + 1);
  const { bands, cells, most } = heatmapOf(columns);
  const [fromUs, toUs] = [columns[0]?.fromUs ?? 0, columns.at(-1)?.toUs ?? 1];
  const [plotWidth, plotHeight] = [width - LEFT - RIGHT, HEIGHT - TOP - BOTTOM];
  const bandHeight = plotHeight / Math.max(1, bands.length);
  const x = (timeUs: number): number => LEFT + ((timeUs - fromUs) / (toUs - fromUs)) * plotWidth;
  const y = (height: number): number => TOP + plotHeight - height * bandHeight;
  const every = Math.max(1, Math.ceil(bands.length / 9));
  const times = ticks(fromUs, toUs, Math.max(2, Math.floor(plotWidth / 110)));
  return (
    <div ref={frame} className={styles['heatmap']} style={{ height: HEIGHT }}>
      <svg width={width} height={HEIGHT} role="img" aria-label={label}>
        {cells.map(({ column, band, count }) => {
          const time = columns[column];
          const values = bands[band];
          if (time === undefined || values === undefined) return null;
          return (
            <rect
              key={`${column} ${band}`}
              className={styles['cell']}
              x={x(time.fromUs) + 0.5}
              y={y(band + 1) + 0.5}
              width={Math.max(1, x(time.toUs) - x(time.fromUs) - 1)}
              height={Math.max(1, bandHeight - 1)}
              // Few values are to be seen beside many.
              fillOpacity={0.12 + 0.88 * Math.sqrt(count / most)}
            >
              <title>{`${count} × ${bandText(values, format)}, ${CLOCK.format(time.toUs / 1000)}`}</title>
            </rect>
          );
        })}
        {bands.map(({ from }, index) =>
          index % every === 0 ? (
            <text key={from} className={styles['tick']} x={LEFT - 8} y={y(index) + 4} textAnchor="end">
              {format(from)}
            </text>
          ) : null,
        )}
        {times.map((time) => (
          <text key={time} className={styles['tick']} x={x(time)} y={HEIGHT - 6} textAnchor="middle">
            {CLOCK.format(time / 1000)}
          </text>
        ))}
        <line
          className={styles['axis']}
          x1={LEFT}
          x2={width - RIGHT}
          y1={TOP + plotHeight}
          y2={TOP + plotHeight}
        />
      </svg>
      {spaced(
        exemplars.flatMap((exemplar) => {
          const height = heightOf(bands, exemplar.value);
          const isShown = height !== undefined && exemplar.timeUs >= fromUs && exemplar.timeUs <= toUs;
          return isShown ? { exemplar, x: x(exemplar.timeUs), y: y(height) } : [];
        }),
      ).map((dot) => (
        <ExemplarDot key={exemplarKey(dot.exemplar)} {...dot} format={format} />
      ))}
    </div>
  );
}

function bandText({ from, to }: Band, format: (value: number) => string): string {
  return Number.isFinite(to) ? `${format(from)} to ${format(to)}` : `above ${format(from)}`;
}

/** Moments at equal distances, not at the very ends. */
function ticks(fromUs: number, toUs: number, count: number): number[] {
  const step = (toUs - fromUs) / count;
  return Array.from({ length: count }, (_, index) => fromUs + step * (index + 0.5));
}
