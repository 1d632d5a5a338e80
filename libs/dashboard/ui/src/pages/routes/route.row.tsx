import { Link } from 'wouter';
import type { RouteStats } from '../../../../src/api/api.types.ts';
import { amount, duration, percent } from '../../parts/format.ts';
import { visibleText } from '../../parts/visible.text.ts';
import { Enhancers } from './enhancers.tsx';
import { ago } from './ago.ts';
import { routeTracesHref } from './route.link.ts';
import styles from './routes.module.css';

/** One route with its figures. */
export function RouteRow({
  route,
  slowestUs,
  isDeclaring,
  nowUs,
  onMute,
}: {
  readonly route: RouteStats;
  /** Of all that are shown, for the bar. */
  readonly slowestUs: number;
  /** Whether its service told of its routes. */
  readonly isDeclaring: boolean;
  readonly nowUs: number;
  readonly onMute: (route: RouteStats) => void;
}) {
  const { calls, errors, handler, p50Us, p95Us, p99Us, lastSeenUs, muted } = route;
  const name = visibleText(route.route ?? 'any path');
  return (
    <tr className={calls === 0 ? styles['never'] : undefined}>
      <th scope="row" className={styles['route']}>
        <span className={`${styles['method']} mono`}>{route.method === '' ? 'ANY' : route.method}</span>
        <Link
          href={routeTracesHref(route)}
          className="mono"
          data-row={errors > 0 ? 'error' : ''}
          title={`Traces of ${name}`}
        >
          {name}
        </Link>
        {route.route !== null && !route.declared && isDeclaring && (
          <span className="badge warning" title="Called, but not in what the application told of its routes">
            not declared
          </span>
        )}
        {muted && <span className="badge hint">muted</span>}
      </th>
      <td className="mono">
        {handler === null ? (
          <span className="hint">–</span>
        ) : (
          <span className={styles['handler']}>{visibleText(handler)}</span>
        )}
      </td>
      <td>
        <Enhancers route={route} />
      </td>
      {calls === 0 ? (
        <td colSpan={6}>
          <span className={styles['uncalled']}>never called</span>
        </td>
      ) : (
        <>
          <td className="number">{amount(calls)}</td>
          <td className={`number ${errors > 0 ? 'error' : 'hint'}`}>
            {errors > 0 ? percent(errors, calls) : '0 %'}
          </td>
          <td className="number">{duration(p50Us)}</td>
          <td className="number">
            {duration(p95Us)}
            <span aria-hidden="true" className={styles['bar']}>
              <span style={{ width: `${(100 * (p95Us ?? 0)) / Math.max(1, slowestUs)}%` }} />
            </span>
          </td>
          <td className="number">{duration(p99Us)}</td>
          <td className="number">{lastSeenUs === null ? '–' : ago(nowUs - lastSeenUs)}</td>
        </>
      )}
      <td className="number">
        {route.route !== null && (
          <button
            type="button"
            className={`quiet ${styles['mute']}`}
            aria-label={`${muted ? 'Unmute' : 'Mute'} ${route.method} ${name}`}
            title={muted ? 'Show its traces in the list again' : 'Leave its traces out of the list'}
            onClick={() => onMute(route)}
          >
            {muted ? 'Unmute' : 'Mute'}
          </button>
        )}
      </td>
    </tr>
  );
}
