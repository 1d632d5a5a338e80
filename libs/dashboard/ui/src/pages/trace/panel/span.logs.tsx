import type { LogView } from '../../../../../src/api/api.types.ts';
import { duration } from '../../../parts/format.ts';
import { useUrlState } from '../../../shell/url.state.ts';
import styles from './span.panel.module.css';

/** Lines logged while a span was active; each leads to its place among the logs of the trace. */
export function SpanLogs({ logs, startUs }: { readonly logs: readonly LogView[]; readonly startUs: number }) {
  const [, change] = useUrlState();
  return (
    <ul className={styles['list']}>
      {logs.map((log) => (
        <li key={log.id} className={styles['item']}>
          <span className={styles['when']}>+{duration(Math.max(0, log.timeUs - startUs))}</span>
          <span className={styles['text']}>
            <button type="button" onClick={() => change({ tab: 'logs', log: log.id })}>
              {typeof log.body === 'string' ? log.body : JSON.stringify(log.body)}
            </button>{' '}
            <span
              className={log.severityNumber >= 17 ? 'error' : log.severityNumber >= 13 ? 'warning' : 'hint'}
            >
              {log.severityText}
            </span>
          </span>
        </li>
      ))}
    </ul>
  );
}
