import { Link } from 'wouter';
import type { TraceSummary } from '../../../../src/api/api.types.ts';
import { clock, duration } from '../../parts/format.ts';
import { ServiceName } from '../../parts/service.name.tsx';
import { StatusBadge } from '../../parts/status.badge.tsx';
import styles from './overview.module.css';

/** Traces with an error, the newest first. */
export function NewestErrors({ traces }: { readonly traces: readonly TraceSummary[] }) {
  return (
    <section className={styles['panel']} aria-labelledby="newest-errors">
      <h2 id="newest-errors">Newest errors</h2>
      {traces.length === 0 ? (
        <p className="hint">None.</p>
      ) : (
        <table aria-labelledby="newest-errors">
          <thead>
            <tr>
              <th style={{ width: '7.2rem' }}>Time</th>
              <th>Name</th>
              <th style={{ width: '8rem' }}>Service</th>
              <th style={{ width: '4.8rem' }}>Status</th>
              <th style={{ width: '5.5rem' }} className="number">
                Duration
              </th>
            </tr>
          </thead>
          <tbody>
            {traces.map((trace) => (
              <tr key={trace.traceId}>
                <td className="mono">{clock(trace.startUs)}</td>
                <td>
                  <Link href={`/traces/${trace.traceId}`}>{trace.name}</Link>
                </td>
                <td>
                  <ServiceName name={trace.service} />
                </td>
                <td>
                  <StatusBadge code={trace.httpStatus} isError />
                </td>
                <td className="number">{duration(trace.durationUs)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
