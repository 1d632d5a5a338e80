import { METRICS } from '../../libs/telemetry/src/metrics/catalog.ts';
import { HTTP_ROUTE } from '../../libs/telemetry/src/semconv.ts';
import { select } from './promql.ts';
import { countedOf, labelOf } from './series.ts';

const ROUTE = labelOf(METRICS.httpServerRequestDuration, HTTP_ROUTE);

/** Choices at the head of a dashboard, as conditions of its queries. */
export const CHOSEN = ['job=~"$service"', 'instance=~"$instance"'] as const;
export const CHOSEN_ROUTE = `${ROUTE}=~"$route"`;
/** Grafana's own: at least four scrapes. */
export const WINDOW = '$__rate_interval';

const DATASOURCE = {
  name: 'datasource',
  label: 'Data source',
  type: 'datasource',
  query: 'prometheus',
  refresh: 1,
  hide: 0,
};

/** The job of a scrape is the service, as it is in metrics that come by OTLP. */
const SERVICE = labelValues('service', 'Service', 'target_info', 'job');
const INSTANCE = labelValues('instance', 'Instance', select('target_info', ['job=~"$service"']), 'instance');
const ROUTES = labelValues(
  'route',
  'Route',
  select(countedOf(METRICS.httpServerRequestDuration), ['job=~"$service"']),
  ROUTE,
);

export function variables({ routes }: { readonly routes: boolean }): object[] {
  return [DATASOURCE, SERVICE, INSTANCE, ...(routes ? [ROUTES] : [])];
}

function labelValues(name: string, label: string, series: string, of: string): object {
  const query = `label_values(${series}, ${of})`;
  return {
    name,
    label,
    type: 'query',
    datasource: { type: 'prometheus', uid: '${datasource}' },
    definition: query,
    query: { query, refId: name },
    refresh: 2,
    sort: 1,
    multi: true,
    includeAll: true,
    // What has no such label is part of all, too.
    allValue: '.*',
    current: { text: 'All', value: '$__all' },
    hide: 0,
  };
}
