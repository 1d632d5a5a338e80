import { memo } from 'react';
import type { LogView } from '../../../../../src/api/api.types.ts';
import { duration } from '../../../parts/format.ts';
import { serviceColor } from '../../../parts/service.color.ts';
import { placed, type TimeView } from '../time.view.ts';
import type { TreeRow } from '../trace.tree.ts';
import type { CriticalTime } from './critical.times.ts';
import { type Dot, dotsOf } from './span.dots.ts';
import styles from './waterfall.module.css';

/** Deeper spans are drawn no further to the right, so that their names can still be read. */
const DEEPEST = 14;
/** Dots and pieces of the critical path closer than this share of the view lie on each other. */
const CLOSEST = 1 / 120;

export function SpanHeads() {
  return (
    <div className={styles['columns']} role="presentation">
      <span role="columnheader" className={styles['head']}>
        Span
      </span>
      <span role="columnheader" className={styles['head']}>
        Time
      </span>
    </div>
  );
}

export interface SpanRowProps {
  readonly row: TreeRow;
  readonly view: TimeView;
  readonly startUs: number;
  readonly logs: readonly LogView[];
  readonly isFolded: boolean;
  readonly critical: readonly CriticalTime[] | undefined;
  readonly onFold: (spanId: string, isFolded: boolean) => void;
}

/** One span: its name at its place in the tree, and its bar with what happened during it. */
export const SpanRow = memo(function SpanRow({
  row,
  view,
  startUs,
  logs,
  isFolded,
  critical,
  onFold,
}: SpanRowProps) {
  const { span, depth, children, isOrphan } = row;
  const isError = span.status === 'error';
  return (
    <div className={styles['columns']} role="presentation">
      <span
        role="gridcell"
        className={styles['name']}
        style={{ paddingLeft: `${Math.min(depth, DEEPEST) * 14 + 6}px` }}
      >
        {children > 0 ? (
          <span
            className={styles['fold']}
            aria-hidden="true"
            onClick={(event) => {
              event.stopPropagation();
              onFold(span.spanId, !isFolded);
            }}
          >
            {isFolded ? '▸' : '▾'}
          </span>
        ) : (
          <span className={styles['fold']} aria-hidden="true" />
        )}
        <span
          className={styles['service']}
          style={{ background: serviceColor(span.service) }}
          aria-hidden="true"
        />
        <span
          className={`cut ${isError ? 'error' : ''}`}
          title={`${span.name} · ${span.service} · ${span.kind}`}
        >
          {isError && <span aria-label="Error:">✗ </span>}
          {isOrphan && (
            <span className="warning" aria-label="Parent missing:">
              ⚠{' '}
            </span>
          )}
          {span.name}
          <span className={styles['of']}> {span.service}</span>
        </span>
        {isFolded && <span className={styles['count']}>+{children}</span>}
      </span>
      <span role="gridcell" className={styles['lane']}>
        <Bar row={row} view={view} startUs={startUs} critical={critical} />
        <Dots dots={dotsOf(span, logs, (view.to - view.from) * CLOSEST)} view={view} startUs={startUs} />
      </span>
    </div>
  );
});

function Bar({ row, view, startUs, critical }: Pick<SpanRowProps, 'row' | 'view' | 'startUs' | 'critical'>) {
  const { span } = row;
  const start = span.startUs - startUs;
  const place = placed(view, start, start + span.durationUs);
  const text = duration(span.durationUs);
  if (place === undefined) return <span className="hidden">{text}</span>;
  const pieces = merged(critical ?? [], (view.to - view.from) * CLOSEST).flatMap((time) => {
    const piece = placed(view, time.startUs - startUs, time.endUs - startUs);
    return piece === undefined ? [] : [piece];
  });
  // Beside the bar, on the side where there is room for it.
  const isLeft = place.left + place.width > 0.86;
  const side = isLeft
    ? { right: `${(1 - place.left) * 100}%` }
    : { left: `${(place.left + place.width) * 100}%` };
  return (
    <>
      <span
        className={styles['bar']}
        style={{
          left: `${place.left * 100}%`,
          width: `${place.width * 100}%`,
          background: span.status === 'error' ? 'var(--error)' : serviceColor(span.service),
        }}
      />
      {pieces.map(({ left, width }) => (
        <span
          key={left}
          className={styles['critical']}
          style={{ left: `${left * 100}%`, width: `${width * 100}%` }}
        />
      ))}
      <span
        className={isLeft && place.left < 0.1 ? styles['inside'] : styles['length']}
        style={isLeft && place.left < 0.1 ? {} : side}
      >
        {text}
      </span>
    </>
  );
}

function Dots({
  dots,
  view,
  startUs,
}: {
  readonly dots: readonly Dot[];
  readonly view: TimeView;
  readonly startUs: number;
}) {
  return dots.map(({ timeUs, kind, text }) => {
    const place = placed(view, timeUs - startUs, timeUs - startUs);
    return (
      place !== undefined && (
        <span
          key={timeUs}
          aria-hidden="true"
          title={`${kind === 'log' ? 'Log: ' : ''}${text}`}
          className={`${styles['dot']} ${styles[kind]}`}
          style={{ left: `${place.left * 100}%` }}
        />
      )
    );
  });
}

function merged(times: readonly CriticalTime[], closestUs: number): CriticalTime[] {
  const pieces: CriticalTime[] = [];
  for (const time of times) {
    const last = pieces.at(-1);
    if (last !== undefined && time.startUs - last.endUs < closestUs)
      pieces[pieces.length - 1] = { startUs: last.startUs, endUs: time.endUs };
    else pieces.push(time);
  }
  return pieces;
}
