import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import {
  type AggregationOption,
  type AggregationTemporality,
  type InstrumentType,
  type PushMetricExporter,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import type { Connections } from './connections.js';
import { reportExport } from './export-report.js';

/** Says that an export of metrics failed, as its counterpart for spans does. */
export class ReportingMetricExporter implements PushMetricExporter {
  // Readers ask whether these are there, and they have no neutral answer.
  readonly selectAggregation?: (instrument: InstrumentType) => AggregationOption;
  readonly selectAggregationTemporality?: (instrument: InstrumentType) => AggregationTemporality;

  constructor(
    private readonly inner: PushMetricExporter,
    private readonly destination: string,
    private readonly connections: Connections,
  ) {
    if (inner.selectAggregation) this.selectAggregation = inner.selectAggregation.bind(inner);
    if (inner.selectAggregationTemporality)
      this.selectAggregationTemporality = inner.selectAggregationTemporality.bind(inner);
  }

  export(metrics: ResourceMetrics, done: (result: ExportResult) => void): void {
    const finish = reportExport(this.destination, this.connections, done);
    try {
      this.connections.during(() => this.inner.export(metrics, finish));
    } catch (error) {
      finish({ code: ExportResultCode.FAILED, error: error as Error });
    }
  }

  forceFlush(): Promise<void> {
    return this.inner.forceFlush();
  }

  shutdown(): Promise<void> {
    return this.inner.shutdown();
  }
}
