import { describe, expect, it } from 'vitest';
import { LIBRARY_NAME } from '../library.js';
import { recordTelemetry, type RecordedMetric } from '../testing/index.js';
import { METRICS, type MetricRow } from './catalog.js';
import {
  counterFor,
  histogramFor,
  observableFor,
  upDownCounterFor,
  type ObservableRow,
} from './instruments.js';

const rows: MetricRow[] = Object.values(METRICS);

const TYPES: Record<MetricRow['instrument'], RecordedMetric['type']> = {
  counter: 'counter',
  upDownCounter: 'updowncounter',
  histogram: 'histogram',
  gauge: 'gauge',
  observableCounter: 'counter',
  observableUpDownCounter: 'updowncounter',
  observableGauge: 'gauge',
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
  it.each(rows.map((row) => [row.name, row] as const))(
    'says what the SDK emits for %s',
    async (name, row) => {
      await using telemetry = recordTelemetry();
      emit(row);

      const measured = await telemetry.metrics();
      const metric = measured.find((each) => each.scope === LIBRARY_NAME && each.name === name);
      expect(metric).toMatchObject({
        type: TYPES[row.instrument],
        unit: row.unit,
        description: row.description,
      });
      const boundaries = metric?.points[0]?.buckets?.boundaries;
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
