import type { ExportResult } from '@opentelemetry/core';
import type {
  AggregationOption,
  AggregationTemporality,
  InstrumentType,
  PushMetricExporter,
  ResourceMetrics,
} from '@opentelemetry/sdk-metrics';

/** What readers want to know of an exporter of metrics, answered by the one inside. */
export abstract class WrappedMetricExporter implements PushMetricExporter {
  // Readers ask whether these are there, and they have no neutral answer.
  readonly selectAggregation?: (instrument: InstrumentType) => AggregationOption;
  readonly selectAggregationTemporality?: (instrument: InstrumentType) => AggregationTemporality;

  constructor(protected readonly inner: PushMetricExporter) {
    if (inner.selectAggregation) this.selectAggregation = inner.selectAggregation.bind(inner);
    if (inner.selectAggregationTemporality)
      this.selectAggregationTemporality = inner.selectAggregationTemporality.bind(inner);
  }

  abstract export(metrics: ResourceMetrics, done: (result: ExportResult) => void): void;

  forceFlush(): Promise<void> {
    return this.inner.forceFlush();
  }

  shutdown(): Promise<void> {
    return this.inner.shutdown();
  }
}
