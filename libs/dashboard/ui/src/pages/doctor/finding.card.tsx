import { Link } from 'wouter';
import type { Finding } from '../../../../src/api/api.types.ts';
import { amount } from '../../parts/format.ts';
import { ServiceName } from '../../parts/service.name.tsx';
import { Snippet } from '../../parts/snippet.tsx';
import { spanHref } from '../../parts/trace.links.ts';
import { visibleText } from '../../parts/visible.text.ts';
import styles from './doctor.module.css';

const TONES: Readonly<Record<Finding['severity'], string>> = {
  error: 'error',
  warning: 'warning',
  info: 'hint',
};

/** What the doctor found: what was seen, where, and what to do. */
export function FindingCard({
  finding,
  onIgnore,
}: {
  readonly finding: Finding;
  readonly onIgnore: (finding: Finding) => void;
}) {
  const { rule, severity, title, evidence, fix, service, occurrences, spans, ignored } = finding;
  return (
    <li className={`panel ${styles['finding']} ${styles[severity]}`}>
      <details open>
        <summary data-row={severity === 'error' ? 'error' : ''}>
          <span className={`badge ${TONES[severity]}`}>{severity}</span>
          <code>{rule}</code>
          <h2>{visibleText(title)}</h2>
          {service !== null && <ServiceName name={visibleText(service)} />}
          <span className="hint">{occurrences === 1 ? 'once' : `${amount(occurrences)} times`}</span>
        </summary>
        <p className={styles['evidence']}>{visibleText(evidence)}</p>
        {spans.length > 0 && (
          <div className={styles['spans']}>
            <span className="hint">Seen on</span>
            <ul>
              {spans.map(({ traceId, spanId, name }) => (
                <li key={`${traceId} ${spanId}`}>
                  <Link href={spanHref(traceId, spanId)}>{visibleText(name)}</Link>{' '}
                  <code className="hint">{traceId.slice(0, 8)}</code>
                </li>
              ))}
            </ul>
          </div>
        )}
        <Snippet label="What to do" text={fix} isProse />
        <button type="button" onClick={() => onIgnore(finding)}>
          {ignored ? 'Do not ignore any more' : 'Ignore'}
        </button>
      </details>
    </li>
  );
}
