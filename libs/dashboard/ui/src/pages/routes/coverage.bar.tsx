import { amount, percent } from '../../parts/format.ts';
import { type Coverage } from './route.groups.ts';
import styles from './routes.module.css';

/** How much of what is declared has been called, as a bar and in words. */
export function CoverageBar({ coverage }: { readonly coverage: Coverage }) {
  const { declared, called, never, undeclared, unmatched } = coverage;
  return (
    <div className={styles['coverage']}>
      {declared > 0 && (
        <>
          <span
            className={styles['meter']}
            role="img"
            aria-label={`${called} of ${declared} declared routes were called`}
          >
            <span style={{ width: `${(100 * called) / declared}%` }} />
          </span>
          <span>
            <strong>{percent(called, declared)}</strong> of {amount(declared)} declared routes called
          </span>
          <span className={never > 0 ? 'warning' : 'hint'}>{amount(never)} never called</span>
        </>
      )}
      {undeclared > 0 && <span className="hint">{amount(undeclared)} called but not declared</span>}
      <span className="hint">
        {amount(unmatched)} {unmatched === 1 ? 'request' : 'requests'} matched no route
      </span>
    </div>
  );
}
