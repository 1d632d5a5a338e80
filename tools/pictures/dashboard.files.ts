import { METRICS, type MetricRow } from '../../libs/telemetry/src/metrics/catalog.ts';
import { dashboardJson, type Dashboard } from './dashboard.ts';
import { healthDashboard } from './health.dashboard.ts';
import { overviewDashboard } from './overview.dashboard.ts';
import { runtimeDashboard } from './runtime.dashboard.ts';

const FOLDER = 'docker/grafana/dashboards';

/** What each dashboard is about; the rows nothing else is about are the service's own. */
const DASHBOARDS = [
  { file: 'node-runtime.json', make: runtimeDashboard, names: /^(process|nodejs|v8js|system)\./ },
  { file: 'telemetry-health.json', make: healthDashboard, names: /^(otel|nest_telemetry)\./ },
  { file: 'service-overview.json', make: overviewDashboard, names: /^/ },
] as const;

/** Dashboards for Grafana, by their paths; every row of the catalogue is on one of them. */
export function dashboardFiles(): Map<string, string> {
  let left: readonly MetricRow[] = Object.values(METRICS);
  const files = new Map<string, string>();
  for (const { file, make, names } of DASHBOARDS) {
    const shown = rowsOf(make([]));
    const others = left.filter((row) => names.test(row.name) && !shown.has(row));
    left = left.filter((row) => !shown.has(row) && !others.includes(row));
    files.set(`${FOLDER}/${file}`, `${JSON.stringify(dashboardJson(make(others)), undefined, 2)}\n`);
  }
  return files;
}

function rowsOf({ sections }: Dashboard): Set<MetricRow> {
  return new Set(sections.flatMap(({ panels }) => panels.flatMap(({ shows }) => shows)));
}
