import { Link } from 'wouter';
import type { RouteStats } from '../../../../src/api/api.types.ts';
import { amount, duration } from '../../parts/format.ts';
import { ServiceName } from '../../parts/service.name.tsx';
import styles from './overview.module.css';

/** Routes by their p95. */
export function SlowestRoutes({ routes }: { readonly routes: readonly RouteStats[] }) {
  return (
    <section className={styles['panel']} aria-labelledby="slowest-routes">
      <h2 id="slowest-routes">Slowest routes</h2>
      {routes.length === 0 ? (
        <p className="hint">No request was served.</p>
      ) : (
        <table aria-labelledby="slowest-routes">
          <thead>
            <tr>
              <th>Route</th>
              <th style={{ width: '8rem' }}>Service</th>
              <th style={{ width: '4rem' }} className="number">
                Calls
              </th>
              <th style={{ width: '5rem' }} className="number">
                p50
              </th>
              <th style={{ width: '5rem' }} className="number">
                p95
              </th>
            </tr>
          </thead>
          <tbody>
            {routes.map((each) => (
              <tr key={`${each.service} ${each.method} ${each.route ?? ''}`}>
                <td>
                  {each.route === null ? (
                    <span className="hint">{each.method} without a route</span>
                  ) : (
                    <Link
                      href={`/traces?service=${encodeURIComponent(each.service)}&route=${encodeURIComponent(each.route)}&sort=slowest`}
                    >
                      {each.method} {each.route}
                    </Link>
                  )}
                </td>
                <td>
                  <ServiceName name={each.service} />
                </td>
                <td className="number">{amount(each.calls)}</td>
                <td className="number">{duration(each.p50Us)}</td>
                <td className="number">{duration(each.p95Us)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
