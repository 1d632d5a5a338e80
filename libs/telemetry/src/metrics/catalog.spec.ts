import { DataPointType } from '@opentelemetry/sdk-metrics';
import { metrics } from '@opentelemetry/api';
import { afterEach, describe, expect, it } from 'vitest';
import { LIBRARY_NAME } from '../library.js';
import { METRICS, type MetricRow } from './catalog.js';
import { meterProvider } from './global.meter-provider.js';
import {
  counterFor,
  histogramFor,
  observableFor,
  upDownCounterFor,
  type ObservableRow,
} from './instruments.js';
import { MetricHarness } from './testing-harness.spec-helper.js';

const rows: MetricRow[] = Object.values(METRICS);

const POINTS: Record<MetricRow['instrument'], DataPointType> = {
  counter: DataPointType.SUM,
  upDownCounter: DataPointType.SUM,
  histogram: DataPointType.HISTOGRAM,
  gauge: DataPointType.GAUGE,
  observableCounter: DataPointType.SUM,
  observableUpDownCounter: DataPointType.SUM,
  observableGauge: DataPointType.GAUGE,
};

function emit(row: MetricRow): void {
  switch (row.instrument) {
    case 'histogram':
      return histogramFor(row as MetricRow<'histogram'>).record(1);
    case 'upDownCounter':
      return upDownCounterFor(row as MetricRow<'upDownCounter'>).add(1);
    case 'counter':
      return counterFor(row as MetricRow<'counter'>).add(1);
    default:
      return observableFor(row as ObservableRow).addCallback((result) => result.observe(1));
  }
}

describe('The metric catalogue', () => {
  afterEach(() => {
    meterProvider.setDelegate(undefined);
    metrics.disable();
  });

  it.each(rows.map((row) => [row.name, row] as const))(
    'says what the SDK emits for %s',
    async (name, row) => {
      const sdk = new MetricHarness();
      meterProvider.setDelegate(sdk.provider);
      emit(row);

      const { resourceMetrics } = await sdk.reader.collect();
      const scope = resourceMetrics.scopeMetrics.find((candidate) => candidate.scope.name === LIBRARY_NAME);
      const metric = scope?.metrics.find((candidate) => candidate.descriptor.name === name);
      expect(metric?.dataPointType).toBe(POINTS[row.instrument]);
      expect(metric?.descriptor).toMatchObject({
        name,
        unit: row.unit,
        description: row.description,
      });
      const boundaries =
        metric?.dataPointType === DataPointType.HISTOGRAM
          ? metric.dataPoints[0]?.value.buckets.boundaries
          : undefined;
      expect(boundaries).toEqual(row.boundaries);
    },
  );

  it('names every metric once', () => {
    expect(new Set(rows.map((row) => row.name)).size).toBe(rows.length);
  });

  it('gives one handle per row', () => {
    expect(histogramFor(METRICS.httpServerRequestDuration)).toBe(
      histogramFor(METRICS.httpServerRequestDuration),
    );
  });
});
