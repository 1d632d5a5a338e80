import { Fragment, type Ref } from 'react';
import type { RouteStats } from '../../../../src/api/api.types.ts';
import { ServiceName } from '../../parts/service.name.tsx';
import { visibleText } from '../../parts/visible.text.ts';
import type { RouteGroup } from './route.groups.ts';
import { RouteRow } from './route.row.tsx';
import styles from './routes.module.css';

/** The groups of routes under one head. */
export function RouteTable({
  ref,
  groups,
  declaring,
  isEmpty,
  nowUs,
  onMute,
}: {
  readonly ref: Ref<HTMLDivElement>;
  readonly groups: readonly RouteGroup[];
  /** The services that told of their routes. */
  readonly declaring: ReadonlySet<string>;
  /** There are none at all, filters or not. */
  readonly isEmpty: boolean;
  readonly nowUs: number;
  readonly onMute: (route: RouteStats) => void;
}) {
  if (isEmpty)
    return (
      <p className="hint">
        No application has told of its routes yet, and none was called. An application with nest-telemetry
        tells of them at its start.
      </p>
    );
  if (groups.length === 0) return <p className="hint">No route matches.</p>;
  const slowestUs = Math.max(1, ...groups.flatMap(({ routes }) => routes.map(({ p95Us }) => p95Us ?? 0)));
  return (
    <div ref={ref} className={styles['frame']} tabIndex={0} role="region" aria-label="Routes">
      <table className={styles['table']}>
        <thead>
          <tr>
            <th scope="col">Route</th>
            <th scope="col">Handler</th>
            <th scope="col">Guards, interceptors, pipes, filters</th>
            <th scope="col" className="number">
              Calls
            </th>
            <th scope="col" className="number">
              Errors
            </th>
            <th scope="col" className="number">
              p50
            </th>
            <th scope="col" className="number">
              p95
            </th>
            <th scope="col" className="number">
              p99
            </th>
            <th scope="col" className="number">
              Last seen
            </th>
            <th scope="col">
              <span className="hidden">Actions</span>
            </th>
          </tr>
        </thead>
        {groups.map(({ service, title, routes }, index) => (
          <Fragment key={`${service} ${title}`}>
            {groups[index - 1]?.service !== service && (
              <tbody>
                <tr>
                  <th scope="rowgroup" colSpan={10} className={styles['service']}>
                    <ServiceName name={visibleText(service)} />
                    {!declaring.has(service) && (
                      <span className={`hint ${styles['silent']}`}>
                        has not told of its routes; these were called
                      </span>
                    )}
                  </th>
                </tr>
              </tbody>
            )}
            <tbody>
              <tr>
                <th scope="rowgroup" colSpan={10} className={styles['controller']}>
                  {visibleText(title)}
                </th>
              </tr>
              {routes.map((route) => (
                <RouteRow
                  key={`${route.method} ${route.route}`}
                  route={route}
                  slowestUs={slowestUs}
                  isDeclaring={declaring.has(service)}
                  nowUs={nowUs}
                  onMute={onMute}
                />
              ))}
            </tbody>
          </Fragment>
        ))}
      </table>
    </div>
  );
}
