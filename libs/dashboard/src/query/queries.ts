import { readFindings } from '../doctor/findings.js';
import type { Store } from '../store/store.js';
import { type LogQuery, listLogs, logsBetween } from './log.list.js';
import { listMetrics, readSeries } from './metric.list.js';
import { muteRoute, mutedRoutes, routeKey } from './muted.routes.js';
import { type ExportPosition, exportSlice } from './otlp.export.js';
import { readOverview } from './overview.js';
import { routeStats } from './route.stats.js';
import { serviceMap } from './service.map.js';
import { readSetting, writeSetting } from './stored.settings.js';
import type { TimeWindow } from './time.window.js';
import { readTrace } from './trace.detail.js';
import { listTraces } from './trace.list.js';
import { readSummary } from './trace.summary.js';
import type { TraceQuery, TraceSummary } from '../api/api.types.js';

const IGNORED = 'ignored-findings';

/** Everything that can be asked of a store, by name; runs on its thread. */
export const QUERIES = {
  overview: (store: Store, window: TimeWindow) => {
    const overview = readOverview(store, window);
    return { ...overview, findings: readFindings(store, { ...window, ignored: ignoredFindings(store) }) };
  },
  traces: (store: Store, query: TraceQuery) => listTraces(store, query),
  summaries: (store: Store, { traceIds }: { traceIds: readonly string[] }) =>
    traceIds.flatMap((traceId) => {
      const summary = readSummary(store, traceId);
      if (summary === undefined) return [];
      return withoutTid(summary);
    }),
  spanCount: (store: Store, { traceId }: { traceId: string }) => readSummary(store, traceId)?.spans ?? 0,
  trace: (store: Store, { traceId }: { traceId: string }) => {
    const read = readTrace(store, traceId);
    if (read === undefined) return undefined;
    const { trace, spans } = read;
    const { startUs, durationUs } = trace.summary;
    const window = { fromUs: startUs - 1, toUs: startUs + durationUs + 1 };
    const findings = readFindings(store, { ...window, ignored: ignoredFindings(store), traceId, spans });
    return { ...trace, findings };
  },
  routes: (store: Store, window: TimeWindow) => routeStats(store, window),
  map: (store: Store, window: TimeWindow) => serviceMap(store, window),
  logs: (store: Store, query: LogQuery) => listLogs(store, query),
  newLogs: (store: Store, { range: [first, last] }: { range: readonly [number, number] }) =>
    logsBetween(store, first, last),
  metrics: (store: Store) => listMetrics(store),
  series: (store: Store, { service, name, ...window }: { service: string; name: string } & TimeWindow) =>
    readSeries(store, service, name, window),
  findings: (store: Store, window: TimeWindow) =>
    readFindings(store, { ...window, ignored: ignoredFindings(store) }),
  totals: (store: Store) => store.totals,
  mutedRoutes: (store: Store) => mutedRoutes(store).map(routeKey),
  mute: (store: Store, { route, muted }: { route: string; muted: boolean }) => muteRoute(store, route, muted),
  ignoreFinding: (store: Store, { key, ignored }: { key: string; ignored: boolean }) => {
    const others = [...ignoredFindings(store)].filter((each) => each !== key);
    writeSetting(store, IGNORED, ignored ? [...others, key].slice(-500) : others);
  },
  export: (store: Store, position: ExportPosition) => exportSlice(store, position),
  clear: (store: Store) => store.clear(),
} as const;

export type QueryName = keyof typeof QUERIES;
/** What a query takes besides the store. */
export type QueryParameters<Name extends QueryName> = Taken<Parameters<(typeof QUERIES)[Name]>>;
type Taken<P extends readonly unknown[]> = P extends readonly [Store, infer T extends object] ? T : object;
export type QueryResult<Name extends QueryName> = ReturnType<(typeof QUERIES)[Name]>;

function withoutTid({ tid: _tid, ...shown }: TraceSummary & { readonly tid: number }): TraceSummary {
  return shown;
}

function ignoredFindings(store: Store): ReadonlySet<string> {
  return new Set(readSetting<string[]>(store, IGNORED, []));
}
