import { Link } from 'wouter';
import type { LogView } from '../../../../src/api/api.types.ts';
import { CopyButton } from '../../parts/copy.button.tsx';
import { ServiceName } from '../../parts/service.name.tsx';
import { condition, spanHref } from '../../parts/trace.links.ts';
import { visibleText } from '../../parts/visible.text.ts';
import { textOf } from './log.text.ts';
import styles from './logs.module.css';
import { severityOf } from './severity.ts';

const MOMENT = new Intl.DateTimeFormat('en-GB', {
  dateStyle: 'medium',
  timeStyle: 'medium',
});

/** All of one record. */
export function LogDetail({
  log,
  onFilter,
  onTrace,
  onClose,
}: {
  readonly log: LogView;
  /** Narrows the list down by a condition of a query. */
  readonly onFilter: (term: string) => void;
  readonly onTrace: (traceId: string) => void;
  readonly onClose: () => void;
}) {
  const { name, tone } = severityOf(log.severityNumber, log.severityText);
  const { traceId, spanId } = log;
  const attributes = Object.entries(log.attributes);
  return (
    <aside className={styles['detail']} aria-label="Log record">
      <div className="row">
        <span className={`badge ${tone}`}>{name}</span>
        <span className="cut">
          <ServiceName name={visibleText(log.service)} />
        </span>
        <span className="hint">{MOMENT.format(log.timeUs / 1000)}</span>
        <button type="button" className="quiet" style={{ marginLeft: 'auto' }} onClick={onClose}>
          Close
        </button>
      </div>
      {log.eventName !== '' && (
        <p className={styles['line']}>
          <span className="hint">event </span>
          <code>{visibleText(log.eventName)}</code>
        </p>
      )}
      <pre className={styles['message']} tabIndex={0} aria-label="Message">
        {textOf(log.body)}
      </pre>
      <div className="row">
        {traceId !== null && (
          <>
            <Link href={spanHref(traceId, spanId)}>{spanId === null ? 'Open trace' : 'Open span'}</Link>
            <button type="button" onClick={() => onTrace(traceId)}>
              Logs of this trace
            </button>
          </>
        )}
        <CopyButton text={() => JSON.stringify(log, undefined, 2)}>Copy record</CopyButton>
      </div>
      <h2>Attributes</h2>
      {attributes.length === 0 ? (
        <p className="hint">None.</p>
      ) : (
        <dl className={styles['attributes']}>
          {attributes.map(([key, value]) => (
            <div key={key}>
              <dt className="mono">{visibleText(key)}</dt>
              <dd>
                <span className="mono">{textOf(value)}</span>
                <button
                  type="button"
                  className="quiet"
                  aria-label={`Only records with this ${key}`}
                  title="Only records with this value"
                  onClick={() =>
                    onFilter(condition(key, typeof value === 'string' ? value : JSON.stringify(value)))
                  }
                >
                  =
                </button>
              </dd>
            </div>
          ))}
        </dl>
      )}
    </aside>
  );
}
