import { METRICS, type MetricRow } from '../../libs/telemetry/src/metrics/catalog.ts';
import { HTTP_REQUEST_METHOD, HTTP_ROUTE, MESSAGING_SYSTEM_NAME } from '../../libs/telemetry/src/semconv.ts';
import type { Dashboard, Section } from './dashboard.ts';
import { DOORS, labelsOf, type Door } from './doors.ts';
import type { Panel } from './panel.ts';
import { panelsOf, quantilePanel, redPanels, valuePanel } from './panels.ts';
import { errorRatio, quantile, QUANTILES, rate } from './promql.ts';
import { labelOf } from './series.ts';
import { CHOSEN, CHOSEN_ROUTE, WINDOW } from './variables.ts';

const SERVER = METRICS.httpServerRequestDuration;
const SERVER_WHERE = [...CHOSEN, CHOSEN_ROUTE];

function stats(): Panel[] {
  const scope = { where: SERVER_WHERE, by: [], window: WINDOW };
  const stat = (title: string, unit: string, expr: string, description: string): Panel => ({
    kind: 'stat',
    title,
    description,
    unit,
    width: 8,
    shows: [SERVER],
    targets: [{ expr, legend: title }],
  });
  return [
    stat('Requests', 'reqps', rate(SERVER, scope), 'HTTP requests a second.'),
    stat('Errors', 'percentunit', errorRatio(SERVER, scope), 'Share of HTTP requests that failed.'),
    stat('p95', 's', quantile(QUANTILES.p95, SERVER, scope), '95 of 100 HTTP requests are answered within.'),
  ];
}

function doorSection(door: Door): Section {
  const where = door.row === SERVER ? SERVER_WHERE : CHOSEN;
  return {
    title: door.title,
    panels: [...redPanels(door.row, { where, by: labelsOf(door) }), ...extrasOf(door)],
  };
}

/** What is known of a door beside rate, errors and duration. */
function extrasOf({ row }: Door): Panel[] {
  if (row === METRICS.messagingProcessDuration) return [connections()];
  if (row !== SERVER) return [];
  const by = [labelOf(row, HTTP_REQUEST_METHOD), labelOf(row, HTTP_ROUTE)];
  const slow: Panel = {
    kind: 'timeseries',
    title: 'p95 by route',
    description: 'Which of the routes is slow.',
    unit: 's',
    width: 8,
    shows: [row],
    targets: [
      {
        expr: quantile(QUANTILES.p95, row, { where: SERVER_WHERE, by, window: WINDOW }),
        legend: by.map((label) => `{{${label}}}`).join(' '),
        exemplars: true,
      },
    ],
  };
  return [
    slow,
    valuePanel(
      { '': METRICS.httpServerActiveRequests },
      { where: CHOSEN, by: [labelOf(METRICS.httpServerActiveRequests, HTTP_REQUEST_METHOD)] },
      { title: 'Requests under way', description: METRICS.httpServerActiveRequests.description },
    ),
    quantilePanel(METRICS.httpServerRequestBodySize, SERVER_WHERE, {
      title: 'Size of requests',
      description: METRICS.httpServerRequestBodySize.description,
    }),
    quantilePanel(METRICS.httpServerResponseBodySize, SERVER_WHERE, {
      title: 'Size of responses',
      description: METRICS.httpServerResponseBodySize.description,
    }),
  ];
}

function connections(): Panel {
  const row = METRICS.websocketActiveConnections;
  return valuePanel(
    { '': row },
    { where: CHOSEN, by: [labelOf(row, MESSAGING_SYSTEM_NAME)] },
    { title: 'WebSocket connections', description: row.description },
  );
}

/** How a service does for those who use it, and what it uses itself. */
export function overviewDashboard(others: readonly MetricRow[]): Dashboard {
  const sections = [{ title: 'Now', panels: stats() }, ...DOORS.map(doorSection)];
  const inside = others.flatMap((row) => panelsOf(row, { where: CHOSEN, by: [] }));
  return {
    uid: 'nest-telemetry-overview',
    title: 'NestJS: service overview',
    description: 'Rate, errors and duration of every door of a service; dots lead to traces.',
    routes: true,
    sections: inside.length === 0 ? sections : [...sections, { title: 'Inside the service', panels: inside }],
  };
}
