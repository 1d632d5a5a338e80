import type { RouteStats } from '../api/api.types.js';
import type { Store } from '../store/store.js';
import { mutedRoutes, routeKey } from './muted.routes.js';
import { jsonIn, numberIn, numberOrNull, type Row, textIn, textOrNull } from './row.values.js';
import type { TimeWindow } from './time.window.js';

/** What a route declared with `@All()` has for a method. */
const ANY = 'ALL';

function calls(method: string, groups: string): string {
  return `
  SELECT w.text AS service, ${method} AS method, r.text AS route,
    count(*) AS calls, sum(status = 2 OR coalesce(http_status, 0) >= 500) AS errors,
    percentile(duration_us, 50) AS p50, percentile(duration_us, 95) AS p95, percentile(duration_us, 99) AS p99,
    max(start_us) AS last_seen
  FROM span s
    JOIN word w ON w.id = s.service LEFT JOIN word m ON m.id = s.method LEFT JOIN word r ON r.id = s.route
  WHERE s.kind IN (2, 5) AND s.kind = 2 AND s.start_us BETWEEN ? AND ?
  GROUP BY ${groups}`;
}

const CALLS = calls("coalesce(m.text, '')", 's.service, s.route, s.method');
const CALLS_OF_ANY_METHOD = calls(`'${ANY}'`, 's.service, s.route');

/** Every declared route with its calls, and those that were only seen. */
export function routeStats(store: Store, { fromUs, toUs }: TimeWindow): RouteStats[] {
  const muted = new Set(mutedRoutes(store).map(routeKey));
  const declared = store.database
    .prepare('SELECT d.*, w.text AS service FROM declared_route d JOIN word w ON w.id = d.service')
    .all();
  const known = new Set(declared.map(keyOf));
  const seen = new Map<string, Row>();
  const note = (sql: string): void => {
    for (const row of store.database.prepare(sql).all(fromUs, toUs)) seen.set(keyOf(row), row);
  };
  note(CALLS);
  if (declared.some((row) => row['method'] === ANY)) note(CALLS_OF_ANY_METHOD);
  const stats = declared.map((row) =>
    statsOf({ ...row, ...seen.get(keyOf(row)), service: row['service'] ?? '' }, true, muted),
  );
  for (const [key, row] of seen) {
    const isOfAny = known.has(keyOf({ ...row, method: ANY }));
    if (!known.has(key) && !isOfAny && row['method'] !== ANY) stats.push(statsOf(row, false, muted));
  }
  return stats.toSorted(
    (a, b) => a.service.localeCompare(b.service) || (a.route ?? '').localeCompare(b.route ?? ''),
  );
}

function keyOf(row: Row): string {
  return JSON.stringify([textIn(row, 'service'), textIn(row, 'method'), textOrNull(row, 'route')]);
}

function statsOf(row: Row, declared: boolean, muted: ReadonlySet<string>): RouteStats {
  const service = textIn(row, 'service');
  const method = textIn(row, 'method');
  const route = textOrNull(row, 'route');
  return {
    service,
    method,
    route,
    declared,
    controller: textOrNull(row, 'controller'),
    handler: textOrNull(row, 'handler'),
    guards: jsonIn<string[]>(row, 'guards', []),
    interceptors: jsonIn<string[]>(row, 'interceptors', []),
    pipes: jsonIn<string[]>(row, 'pipes', []),
    filters: jsonIn<string[]>(row, 'filters', []),
    calls: numberIn(row, 'calls'),
    errors: numberIn(row, 'errors'),
    p50Us: numberOrNull(row, 'p50'),
    p95Us: numberOrNull(row, 'p95'),
    p99Us: numberOrNull(row, 'p99'),
    lastSeenUs: numberOrNull(row, 'last_seen'),
    muted: route !== null && muted.has(routeKey({ service, method, route })),
  };
}
