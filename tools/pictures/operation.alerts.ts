import { METRICS } from '../../libs/telemetry/src/metrics/catalog.ts';
import { COMPONENT_NAME, METRIC_NAME, REJECTION_REASON } from '../../libs/telemetry/src/metrics/catalog.ts';
import { ERROR_TYPE } from '../../libs/telemetry/src/semconv.ts';
import { runbookOf, type AlertRule } from './alert.rule.ts';
import { rate } from './promql.ts';
import { failed, familyOf, labelOf } from './series.ts';

/** Named by what is to be said, so that each text stands beside its expression. */
interface Operation {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly severity?: 'page';
  readonly summary: string;
  readonly description: string;
  readonly runbook: string;
}

const WHERE = ['job', 'instance'];
/** Long enough to hold two scrapes at any common interval. */
const WINDOW = '5m';

const OPERATIONS: readonly Operation[] = [
  {
    // Prometheus makes this series itself, for everything it scrapes.
    alert: 'TargetDown',
    expr: 'up == 0',
    for: '2m',
    severity: 'page',
    summary: '{{ $labels.job }}: {{ $labels.instance }} cannot be scraped',
    description: 'Prometheus has got no metrics from it for 2 minutes.',
    runbook:
      'See whether the process runs and answers; the Targets page of Prometheus has the error. 401 and 403 come from metrics.auth and metrics.allowedHosts, 503 from a collection that failed.',
  },
  {
    alert: 'EventLoopSaturated',
    expr: `${familyOf(METRICS.eventLoopUtilization)} > 0.9`,
    for: '5m',
    summary: '{{ $labels.job }}: the event loop of {{ $labels.instance }} is busy all the time',
    description:
      'It has been busy for {{ $value | humanizePercentage }} of the time for 5 minutes: everything waits.',
    runbook:
      'Compare requests and garbage collection on the dashboards. More traffic: add instances or workers. The same traffic: take a CPU profile (node --cpu-prof) and look for synchronous work.',
  },
  {
    alert: 'EventLoopBlocked',
    expr: `${familyOf(METRICS.eventLoopDelayP99)} > 0.25`,
    for: '5m',
    summary: '{{ $labels.job }}: the event loop of {{ $labels.instance }} is blocked',
    description:
      'For 5 minutes 1 of 100 turns of the event loop has come {{ $value | humanizeDuration }} late or later.',
    runbook:
      'Something runs long without a pause: large JSON, synchronous file or crypto calls, long loops. Durations of garbage collection are beside it on the dashboard; a CPU profile names the rest.',
  },
  {
    alert: 'TelemetryDropsSpans',
    expr: `${rate(METRICS.sdkProcessorProcessed, {
      by: [
        ...WHERE,
        labelOf(METRICS.sdkProcessorProcessed, COMPONENT_NAME),
        labelOf(METRICS.sdkProcessorProcessed, ERROR_TYPE),
      ],
      window: WINDOW,
      where: [failed(METRICS.sdkProcessorProcessed)],
    })} > 0`,
    for: '5m',
    summary: '{{ $labels.job }}: {{ $labels.instance }} drops spans ({{ $labels.error_type }})',
    description: '{{ $value | humanize }} spans a second have been dropped for 5 minutes: traces have gaps.',
    runbook:
      'Look at queue and exports on the dashboard of telemetry. If exports fail or are slow, mend the collector; else sample less (traces.ratio), or raise traces.batch.maxQueueSize.',
  },
  {
    alert: 'TelemetryExportFails',
    expr: `${rate(METRICS.sdkExporterExported, {
      by: [
        ...WHERE,
        labelOf(METRICS.sdkExporterExported, COMPONENT_NAME),
        labelOf(METRICS.sdkExporterExported, ERROR_TYPE),
      ],
      window: WINDOW,
      where: [failed(METRICS.sdkExporterExported)],
    })} > 0`,
    for: '5m',
    summary: '{{ $labels.job }}: {{ $labels.instance }} cannot export spans ({{ $labels.error_type }})',
    description:
      'Exports by {{ $labels.otel_component_name }} have failed for 5 minutes, at {{ $value | humanize }} spans a second.',
    runbook:
      'NT_EXPORT_FAILED in the log of the service has address and reason. Check that the collector runs, is reachable from there and speaks the protocol that is configured.',
  },
  {
    alert: 'TelemetryMetricsOverflow',
    expr: `${rate(METRICS.metricsFolded, {
      by: [...WHERE, labelOf(METRICS.metricsFolded, METRIC_NAME)],
      window: WINDOW,
    })} > 0`,
    for: '10m',
    summary: '{{ $labels.job }}: {{ $labels.metric_name }} has too many series',
    description:
      'For 10 minutes {{ $value | humanize }} measurements a second have been counted without their attributes.',
    runbook:
      'NT_METRIC_CARDINALITY in the log names the attribute that grew. Record it with few values, or drop it in metrics.views; if the series are wanted, raise metrics.cardinalityLimit.',
  },
  {
    alert: 'TelemetryScrapeIncomplete',
    expr: [METRICS.metricsUnanswered, METRICS.metricsWorkersUnanswered]
      .map((row) => {
        const by = [...WHERE, labelOf(row, REJECTION_REASON)];
        return `${rate(row, { by, window: WINDOW })} > 0`;
      })
      .join(' or '),
    for: '10m',
    summary: '{{ $labels.job }}: metrics of {{ $labels.instance }} are incomplete',
    description:
      'For 10 minutes observable callbacks, or workers of a cluster, have failed or not answered ({{ $labels.reason }}).',
    runbook:
      'NT_METRICS_COLLECTION_FAILED in the log has the reason. A callback that asks another server should answer from what it knows, and ask in the background; a worker that does not answer has a blocked event loop.',
  },
];

/** Alerts about targets, processes and telemetry itself. */
export function operationAlerts(): AlertRule[] {
  return OPERATIONS.map(({ alert, expr, for: pending, severity = 'ticket' as const, ...annotations }) => ({
    alert,
    expr,
    for: pending,
    labels: { severity },
    annotations: { ...annotations, runbook_url: runbookOf(alert) },
  }));
}
