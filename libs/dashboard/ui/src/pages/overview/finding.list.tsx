import { Link } from 'wouter';
import type { Finding } from '../../../../src/api/api.types.ts';
import styles from './overview.module.css';

const MOST = 6;

/** What the doctor finds, the gravest first. */
export function FindingList({ findings }: { readonly findings: readonly Finding[] }) {
  const open = findings.filter(({ ignored }) => !ignored);
  return (
    <section className={styles['panel']} aria-labelledby="findings">
      <h2 id="findings">Findings</h2>
      {open.length === 0 ? (
        <p className="hint">The doctor has nothing to say.</p>
      ) : (
        <ul className={styles['findings']}>
          {open.slice(0, MOST).map((finding) => (
            <li key={finding.key}>
              <strong className={finding.severity === 'info' ? 'hint' : finding.severity}>
                {finding.rule}
              </strong>
              <span>{finding.title}</span>
              <span className="hint cut">{finding.evidence}</span>
            </li>
          ))}
        </ul>
      )}
      {open.length > 0 && (
        <p>
          <Link href="/doctor">
            {open.length > MOST ? `All ${open.length} findings` : 'What to do about them'}
          </Link>
        </p>
      )}
    </section>
  );
}
