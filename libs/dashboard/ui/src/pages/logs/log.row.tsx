import { Link } from 'wouter';
import type { LogView } from '../../../../src/api/api.types.ts';
import { clock } from '../../parts/format.ts';
import { ServiceName } from '../../parts/service.name.tsx';
import { spanHref } from '../../parts/trace.links.ts';
import { visibleText } from '../../parts/visible.text.ts';
import { lineOf } from './log.text.ts';
import styles from './logs.module.css';
import { severityOf } from './severity.ts';

/** The heads of the columns of {@link LogRow}. */
export function LogHeads() {
  return (
    <div className={styles['columns']} role="presentation">
      <span role="columnheader">Time</span>
      <span role="columnheader">Severity</span>
      <span role="columnheader">Service</span>
      <span role="columnheader">Message</span>
      <span role="columnheader">Trace</span>
    </div>
  );
}

export function LogRow({ log }: { readonly log: LogView }) {
  const { name, tone } = severityOf(log.severityNumber, log.severityText);
  return (
    <div className={styles['columns']} role="presentation">
      <span role="gridcell" className="mono">
        {clock(log.timeUs)}
      </span>
      <span role="gridcell" className={`${styles['severity']} ${tone}`}>
        {name}
      </span>
      <span role="gridcell" className="cut">
        <ServiceName name={visibleText(log.service)} />
      </span>
      <span role="gridcell" className={`mono cut ${tone === 'error' ? 'error' : ''}`}>
        {log.eventName !== '' && <span className={styles['event']}>{visibleText(log.eventName)}</span>}
        {lineOf(log.body)}
      </span>
      <span role="gridcell" className="mono">
        {log.traceId === null ? (
          <span className="hint">–</span>
        ) : (
          <Link
            href={spanHref(log.traceId, log.spanId)}
            tabIndex={-1}
            // The row would select itself, and with it change the address back.
            onClick={(event) => event.stopPropagation()}
          >
            {log.traceId.slice(0, 8)}
          </Link>
        )}
      </span>
    </div>
  );
}
