import { Link } from 'wouter';
import type { ExemplarView } from '../../../../src/api/api.types.ts';
import { clock } from '../../parts/format.ts';
import { spanHref } from '../../parts/trace.links.ts';
import { exemplarKey } from './exemplar.dots.ts';
import styles from './metrics.module.css';

const MOST = 30;

/** Single measurements and their traces, newest first. */
export function ExemplarTable({
  exemplars,
  format,
}: {
  readonly exemplars: readonly ExemplarView[];
  readonly format: (value: number) => string;
}) {
  if (exemplars.length === 0) return null;
  return (
    <section>
      <h2>Exemplars</h2>
      <table className={styles['exemplars']}>
        <thead>
          <tr>
            <th scope="col">Time</th>
            <th scope="col" className="number">
              Value
            </th>
            <th scope="col">Trace</th>
          </tr>
        </thead>
        <tbody>
          {exemplars.slice(0, MOST).map((exemplar) => (
            <tr key={exemplarKey(exemplar)}>
              <td className="mono">{clock(exemplar.timeUs)}</td>
              <td className="number">{format(exemplar.value)}</td>
              <td className="mono">
                {exemplar.traceId === null ? (
                  <span
                    className="hint"
                    title="It was measured outside of a span, or its span was not sampled"
                  >
                    no trace
                  </span>
                ) : (
                  <Link href={spanHref(exemplar.traceId, exemplar.spanId)}>
                    {exemplar.traceId.slice(0, 16)}
                  </Link>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {exemplars.length > MOST && (
        <p className="hint">
          The newest {MOST} of {exemplars.length}.
        </p>
      )}
    </section>
  );
}
