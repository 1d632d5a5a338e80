import {
  COMPONENT_NAME,
  COMPONENT_TYPE,
  METRIC_NAME,
  METRICS,
  type MetricRow,
  REJECTION_REASON,
  SPAN_PARENT_ORIGIN,
  SPAN_SAMPLING_RESULT,
} from '../../libs/telemetry/src/metrics/catalog.ts';
import { ERROR_TYPE } from '../../libs/telemetry/src/semconv.ts';
import type { Dashboard, Section } from './dashboard.ts';
import { panelsOf, quantilePanel, ratePanel, valuePanel, type Subject } from './panels.ts';
import { failed, labelOf } from './series.ts';
import { CHOSEN } from './variables.ts';

function by(row: MetricRow, ...attributes: readonly string[]): Subject {
  return { where: CHOSEN, by: attributes.map((attribute) => labelOf(row, attribute)) };
}

function failures(row: MetricRow): Subject {
  return { where: [...CHOSEN, failed(row)], by: by(row, COMPONENT_NAME, ERROR_TYPE).by };
}

function sections(): Section[] {
  const { sdkSpanStarted, sdkSpanLive, sdkProcessorProcessed, sdkExporterExported } = METRICS;
  return [
    {
      title: 'Spans',
      panels: [
        ratePanel(sdkSpanStarted, by(sdkSpanStarted, SPAN_SAMPLING_RESULT, SPAN_PARENT_ORIGIN), {
          title: 'Produced, and what the sampler decided',
          description: 'RECORD_AND_SAMPLE is exported, DROP costs next to nothing.',
        }),
        ratePanel(sdkProcessorProcessed, failures(sdkProcessorProcessed), {
          title: 'Dropped, by reason',
          description: 'Spans that did not reach an exporter. queue_full: exports are too slow or fail.',
        }),
        valuePanel({ '': sdkSpanLive }, by(sdkSpanLive, SPAN_SAMPLING_RESULT), {
          title: 'Not ended yet',
          description: 'A line that only rises is spans that are never ended.',
        }),
      ],
    },
    {
      title: 'Export',
      panels: [
        ratePanel(sdkExporterExported, by(sdkExporterExported, COMPONENT_NAME, ERROR_TYPE), {
          title: 'Results',
          description: 'Spans whose export has ended; with an error type, if it failed.',
        }),
        valuePanel(
          { size: METRICS.sdkQueueSize, capacity: METRICS.sdkQueueCapacity },
          by(METRICS.sdkQueueSize, COMPONENT_NAME),
          { title: 'Queue', description: 'Where size reaches capacity, spans are dropped.' },
        ),
        valuePanel({ '': METRICS.sdkExporterInFlight }, by(METRICS.sdkExporterInFlight, COMPONENT_NAME), {
          title: 'On their way',
          description: METRICS.sdkExporterInFlight.description,
        }),
      ],
    },
    {
      title: 'Metrics',
      panels: [
        quantilePanel(METRICS.scrapeDuration, CHOSEN, {
          title: 'Duration of a scrape',
          description: METRICS.scrapeDuration.description,
        }),
        ratePanel(METRICS.sdkCollectionDuration, by(METRICS.sdkCollectionDuration, COMPONENT_TYPE), {
          title: 'Collections',
          description: 'Collections a second, by reader.',
        }),
        ratePanel(METRICS.metricsFolded, by(METRICS.metricsFolded, METRIC_NAME), {
          title: 'Too many series',
          description: METRICS.metricsFolded.description,
        }),
        ratePanel(METRICS.metricsInvalid, by(METRICS.metricsInvalid, METRIC_NAME), {
          title: 'Invalid measurements',
          description: METRICS.metricsInvalid.description,
        }),
        ratePanel(METRICS.metricsUnanswered, by(METRICS.metricsUnanswered, REJECTION_REASON), {
          title: 'Callbacks without an answer',
          description: METRICS.metricsUnanswered.description,
        }),
        ratePanel(METRICS.metricsWorkersUnanswered, by(METRICS.metricsWorkersUnanswered, REJECTION_REASON), {
          title: 'Workers without an answer',
          description: METRICS.metricsWorkersUnanswered.description,
        }),
      ],
    },
    {
      title: 'Context',
      panels: [
        ratePanel(METRICS.propagationRejected, by(METRICS.propagationRejected, REJECTION_REASON), {
          title: 'Rejected context',
          description: METRICS.propagationRejected.description,
        }),
      ],
    },
  ];
}

/** Whether telemetry itself is to be trusted. */
export function healthDashboard(others: readonly MetricRow[]): Dashboard {
  const rest = others.flatMap((row) => panelsOf(row, { where: CHOSEN, by: [] }));
  return {
    uid: 'nest-telemetry-health',
    title: 'NestJS: telemetry health',
    description: 'What telemetry produces, sends, drops and leaves out.',
    sections: rest.length === 0 ? sections() : [...sections(), { title: 'More', panels: rest }],
  };
}
