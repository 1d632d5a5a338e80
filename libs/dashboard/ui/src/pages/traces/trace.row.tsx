import { Link } from 'wouter';
import type { TraceSummary } from '../../../../src/api/api.types.ts';
import { clock, duration } from '../../parts/format.ts';
import { ServiceName } from '../../parts/service.name.tsx';
import { StatusBadge } from '../../parts/status.badge.tsx';
import styles from './trace.columns.module.css';

/** The heads of the columns of {@link TraceRow}. */
export function TraceHeads() {
  return (
    <div className={styles['columns']} role="presentation">
      <span role="columnheader">Time</span>
      <span role="columnheader">Name</span>
      <span role="columnheader">Service</span>
      <span role="columnheader">Status</span>
      <span role="columnheader" className={styles['number']}>
        Spans
      </span>
      <span role="columnheader" className={styles['number']}>
        Logs
      </span>
      <span role="columnheader">Duration</span>
    </div>
  );
}

export function TraceRow({ trace, longestUs }: { readonly trace: TraceSummary; readonly longestUs: number }) {
  const isError = trace.errors > 0;
  return (
    <div className={styles['columns']} role="presentation">
      <span role="gridcell" className="mono">
        {clock(trace.startUs)}
      </span>
      <span role="gridcell" className="cut">
        <Link href={`/traces/${trace.traceId}`} tabIndex={-1}>
          {trace.name}
        </Link>
        {!trace.rootArrived && (
          <span className="hint" title="The first span of this trace has not arrived">
            {' '}
            · no root
          </span>
        )}
      </span>
      <span role="gridcell" className="cut" title={trace.services.join(', ')}>
        <ServiceName name={trace.service} />
        {trace.services.length > 1 && <span className="hint"> +{trace.services.length - 1}</span>}
      </span>
      <span role="gridcell">
        <StatusBadge code={trace.httpStatus} isError={isError} />
      </span>
      <span role="gridcell" className={styles['number']}>
        {trace.spans}
      </span>
      <span role="gridcell" className={styles['number']}>
        {trace.logs}
      </span>
      <span role="gridcell" className={styles['length']}>
        {duration(trace.durationUs)}
        <span
          aria-hidden="true"
          className={`${styles['bar']} ${isError ? styles['failed'] : ''}`}
          style={{ width: `${Math.max(1, (100 * trace.durationUs) / Math.max(1, longestUs))}%` }}
        />
      </span>
    </div>
  );
}
