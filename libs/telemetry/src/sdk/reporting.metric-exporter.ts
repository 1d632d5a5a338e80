import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import type { PushMetricExporter, ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { Connections } from './connections.js';
import { reportExport } from './export-report.js';
import { WrappedMetricExporter } from './wrapped.metric-exporter.js';

/** Says that an export of metrics failed, as its counterpart for spans does. */
export class ReportingMetricExporter extends WrappedMetricExporter {
  constructor(
    inner: PushMetricExporter,
    private readonly destination: string,
    private readonly connections: Connections,
  ) {
    super(inner);
  }

  export(metrics: ResourceMetrics, done: (result: ExportResult) => void): void {
    const finish = reportExport(this.destination, this.connections, done);
    try {
      this.connections.during(() => this.inner.export(metrics, finish));
    } catch (error) {
      finish({ code: ExportResultCode.FAILED, error: error as Error });
    }
  }
}
