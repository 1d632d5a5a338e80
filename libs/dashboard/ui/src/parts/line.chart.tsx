import { useEffect, useMemo, useRef, useState } from 'react';
import UPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { alignLines } from './aligned.lines.ts';
import { useWidth } from './element.width.ts';
import styles from './line.chart.module.css';
import { paintedColor, useTheme } from './painted.color.ts';

export interface ChartLine {
  readonly name: string;
  /** In CSS. */
  readonly color: string;
  readonly points: readonly { readonly timeUs: number; readonly value: number }[];
}

/** Where something of one's own is drawn over the chart. */
export interface PlotArea {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** Null where it is out of sight. */
  readonly place: (timeUs: number, value: number) => { readonly x: number; readonly y: number } | null;
}

/** Lines over time. */
export function LineChart({
  lines,
  label,
  format,
  height = 260,
  onCursor,
  children,
}: {
  readonly lines: readonly ChartLine[];
  /** What is to be seen, for those who do not see it. */
  readonly label: string;
  readonly format: (value: number) => string;
  readonly height?: number;
  /** The moment under the pointer, null when there is none. */
  readonly onCursor?: (timeUs: number | null) => void;
  /** Drawn over the lines. */
  readonly children?: (area: PlotArea) => React.ReactNode;
}) {
  const frame = useRef<HTMLDivElement>(null);
  const chart = useRef<UPlot>(null);
  const [area, setArea] = useState<PlotArea>();
  const width = useWidth(frame);
  const theme = useTheme();
  const data = useMemo((): UPlot.AlignedData => {
    const { times, values } = alignLines(lines.map(({ points }) => points));
    return [times, ...values];
  }, [lines]);
  const latest = useRef({ data, format, onCursor });
  useEffect(() => {
    latest.current = { data, format, onCursor };
  });
  // A chart is made anew when its looks change, and only filled anew when its data does.
  const looks = JSON.stringify(lines.map(({ name, color }) => [name, color]));
  useEffect(() => {
    const target = frame.current;
    if (target === null || width === 0) return undefined;
    const paint = (color: string): string => paintedColor(color, target);
    const [text, grid] = [paint('var(--soft)'), paint('var(--line)')];
    const axis = {
      stroke: text,
      font: '12px system-ui, sans-serif',
      grid: { stroke: grid, width: 1 },
      ticks: { show: false },
    };
    const drawn = new UPlot(
      {
        width,
        height,
        legend: { show: false },
        padding: [10, 12, 0, 0],
        cursor: { y: false, points: { size: 7 }, drag: { x: false, y: false } },
        scales: { y: { range: (_, low, high) => rangeOf(low, high) } },
        axes: [
          {
            ...axis,
            size: 30,
            space: 80,
            values: (_, times) => times.map((time) => CLOCK.format(time * 1000)),
          },
          { ...axis, size: 74, values: (_, values) => values.map((value) => latest.current.format(value)) },
        ],
        series: [
          {},
          ...(JSON.parse(looks) as [string, string][]).map(([name, color]) => ({
            label: name,
            stroke: paint(color),
            width: 1.6,
            spanGaps: true,
            points: { show: (u: UPlot, line: number) => pointsOf(u.data[line]) <= 2, size: 6 },
          })),
        ],
        hooks: {
          draw: [(u) => setArea(areaOf(u))],
          setCursor: [
            (u) => {
              const time = u.cursor.idx == null ? undefined : u.data[0][u.cursor.idx];
              latest.current.onCursor?.(time === undefined ? null : Math.round(time * 1e6));
            },
          ],
        },
      },
      latest.current.data,
      target,
    );
    chart.current = drawn;
    return () => {
      chart.current = null;
      drawn.destroy();
    };
  }, [looks, theme, width, height]);
  useEffect(() => {
    chart.current?.setData(data);
  }, [data]);
  return (
    <div className={styles['chart']}>
      <div ref={frame} role="img" aria-label={label} style={{ height }} />
      {area !== undefined && children !== undefined && (
        <div
          className={styles['over']}
          style={{ left: area.left, top: area.top, width: area.width, height: area.height }}
        >
          {children(area)}
        </div>
      )}
    </div>
  );
}

const CLOCK = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });

/** From zero, where that does not make a flat line of it; a little room above. */
function rangeOf(low: number | null, high: number | null): [number, number] {
  if (low === null || high === null) return [0, 1];
  if (low === high) return low === 0 ? [0, 1] : low > 0 ? [0, low * 1.2] : [low * 1.2, 0];
  return [low > 0 ? 0 : low * 1.05, high < 0 ? 0 : high * 1.05];
}

function pointsOf(values: UPlot.AlignedData[number] | undefined): number {
  let count = 0;
  for (const value of values ?? []) if (value != null) count += 1;
  return count;
}

function areaOf(u: UPlot): PlotArea {
  const { offsetLeft: left, offsetTop: top, clientWidth: width, clientHeight: height } = u.over;
  // Taken now: the chart goes on changing.
  const [x, y] = [u.scales['x'], u.scales['y']];
  const [fromX, toX, fromY, toY] = [x?.min ?? 0, x?.max ?? 1, y?.min ?? 0, y?.max ?? 1];
  return {
    left,
    top,
    width,
    height,
    place: (timeUs, value) => {
      const place = {
        x: ((timeUs / 1e6 - fromX) / (toX - fromX)) * width,
        y: ((toY - value) / (toY - fromY)) * height,
      };
      return place.x >= 0 && place.x <= width && place.y >= 0 && place.y <= height ? place : null;
    },
  };
}
