import type { Overview } from '../api/api.types.js';
import type { Store } from '../store/store.js';
import { routeStats } from './route.stats.js';
import { serviceStats } from './service.stats.js';
import type { TimeWindow } from './time.window.js';
import { listTraces } from './trace.list.js';

const NEWEST = 8;
const SLOWEST = 8;

/** The first page, but for the findings. */
export function readOverview(store: Store, window: TimeWindow): Omit<Overview, 'findings'> {
  const routes = routeStats(store, window).filter(({ calls }) => calls > 0);
  return {
    ...window,
    services: serviceStats(store, window),
    newestErrors: listTraces(store, { error: true, limit: NEWEST, ...window }).traces,
    slowestRoutes: routes.toSorted((a, b) => (b.p95Us ?? 0) - (a.p95Us ?? 0)).slice(0, SLOWEST),
    totals: store.totals,
  };
}
