import type { ExemplarView } from '../../../../src/api/api.types.ts';
import { Link } from 'wouter';
import { clock } from '../../parts/format.ts';
import { spanHref } from '../../parts/trace.links.ts';
import styles from './metrics.module.css';

/** A single measurement over a chart: leads to the trace in which it was made, if there was one. */
export function ExemplarDot({
  exemplar,
  x,
  y,
  format,
}: {
  readonly exemplar: ExemplarView;
  readonly x: number;
  readonly y: number;
  readonly format: (value: number) => string;
}) {
  const { traceId, spanId, timeUs, value } = exemplar;
  const what = `${format(value)} at ${clock(timeUs)}`;
  const style = { left: x, top: y };
  if (traceId === null)
    return (
      <span className={styles['dotWithout']} style={style} title={`${what}, no trace`} aria-hidden="true" />
    );
  return (
    <Link
      // Reached by key in the table below, where there are as many of them.
      tabIndex={-1}
      href={spanHref(traceId, spanId)}
      className={styles['dot']}
      style={style}
      title={`${what}: open its trace`}
      aria-label={`Trace of ${what}`}
    />
  );
}
