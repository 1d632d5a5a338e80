import { type PointerEvent, useMemo, useRef, useState } from 'react';
import { duration } from '../../../parts/format.ts';
import { serviceColor } from '../../../parts/service.color.ts';
import { brushed, placed, ticks, type TimeView } from '../time.view.ts';
import type { TraceModel } from '../trace.model.ts';
import { minimapCells } from './minimap.cells.ts';
import styles from './minimap.module.css';

const COLUMNS = 400;
const LANES = 40;

/** The whole trace at a glance; what is marked with the pointer is zoomed to. For keys there are the buttons. */
export function Minimap({
  model,
  view,
  onView,
}: {
  readonly model: TraceModel;
  readonly view: TimeView;
  readonly onView: (view: TimeView) => void;
}) {
  const { rows, startUs, lengthUs } = model;
  const frame = useRef<HTMLDivElement>(null);
  const [brush, setBrush] = useState<readonly [number, number]>();
  const cells = useMemo(
    () => minimapCells(rows, { lanes: LANES, columns: COLUMNS, startUs, lengthUs }),
    [rows, startUs, lengthUs],
  );
  const paths = useMemo(() => [...Map.groupBy(cells, colorOf)], [cells]);
  const lanes = Math.min(LANES, Math.max(1, rows.length));
  const shareOf = (event: PointerEvent): number => {
    const box = frame.current?.getBoundingClientRect();
    return box === undefined ? 0 : (event.clientX - box.left) / Math.max(1, box.width);
  };
  const marked =
    brush === undefined
      ? placed({ from: 0, to: lengthUs }, view.from, view.to)
      : { left: Math.max(0, Math.min(...brush)), width: Math.abs(brush[1] - brush[0]) };
  const end = (): void => {
    if (brush !== undefined) {
      const next = brushed(brush[0], brush[1], lengthUs);
      if (next !== undefined) onView(next);
    }
    setBrush(undefined);
  };
  return (
    <div className={styles['minimap']}>
      <div className={styles['name']}>
        {duration(view.to - view.from)}
        {view.to - view.from < lengthUs && <span className="hint"> of {duration(lengthUs)}</span>}
      </div>
      <div
        ref={frame}
        className={styles['frame']}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          const share = shareOf(event);
          setBrush([share, share]);
        }}
        onPointerMove={(event) => brush !== undefined && setBrush([brush[0], shareOf(event)])}
        onPointerUp={end}
        onPointerCancel={() => setBrush(undefined)}
        onDoubleClick={() => onView({ from: 0, to: lengthUs })}
        title="Drag to zoom, double-click for the whole trace"
      >
        <svg viewBox={`0 0 ${COLUMNS} ${lanes}`} preserveAspectRatio="none" aria-hidden="true">
          {paths.map(([color, own]) => (
            <path
              key={color}
              fill={color}
              d={own.map(({ lane, from, to }) => `M${from} ${lane}h${to - from}v0.8h${from - to}z`).join('')}
            />
          ))}
        </svg>
        {marked !== undefined && (
          <>
            <span className={styles['veil']} style={{ left: 0, width: `${marked.left * 100}%` }} />
            <span
              className={styles['veil']}
              style={{ left: `${(marked.left + marked.width) * 100}%`, right: 0 }}
            />
          </>
        )}
      </div>
      <div />
      <div className={styles['axis']} aria-hidden="true">
        {ticks(view, 6).map((tick) => {
          const share = (tick - view.from) / (view.to - view.from);
          // One at the very end would stand beside the times.
          return share > 0.94 ? null : (
            <span key={tick} style={{ left: `${share * 100}%` }}>
              {tick === 0 ? '0' : duration(tick)}
            </span>
          );
        })}
      </div>
    </div>
  );
}

function colorOf({ service, isError }: { readonly service: string; readonly isError: boolean }): string {
  return isError ? 'var(--error)' : serviceColor(service);
}
