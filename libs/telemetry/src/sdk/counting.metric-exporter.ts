import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import type { PushMetricExporter, ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { exportErrorType } from './health/export.error.js';
import type { ExportHealth } from './health/export.health.js';
import { WrappedMetricExporter } from './wrapped.metric-exporter.js';

/** Counts what becomes of data points, as its counterpart does for spans. */
export class CountingMetricExporter extends WrappedMetricExporter {
  constructor(
    inner: PushMetricExporter,
    private readonly health: ExportHealth,
  ) {
    super(inner);
  }

  export(metrics: ResourceMetrics, done: (result: ExportResult) => void): void {
    const count = countDataPoints(metrics);
    const beganAt = this.health.began(count);
    let isDone = false;
    const end = (result: ExportResult): void => {
      if (!isDone) this.health.ended(count, beganAt, exportErrorType(result));
      isDone = true;
      done(result);
    };
    try {
      this.inner.export(metrics, end);
    } catch (error) {
      end({ code: ExportResultCode.FAILED, error: error as Error });
    }
  }
}

function countDataPoints({ scopeMetrics }: ResourceMetrics): number {
  let count = 0;
  for (const { metrics } of scopeMetrics) for (const { dataPoints } of metrics) count += dataPoints.length;
  return count;
}
