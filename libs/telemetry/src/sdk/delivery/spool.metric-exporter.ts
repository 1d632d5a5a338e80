import { encodeMetric } from '@nest-telemetry/otlp';
import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import { OTLPMetricExporterBase } from '@opentelemetry/exporter-metrics-otlp-http';
import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { SpoolOutlet } from './spool.outlet.js';

/**
 * Puts collected metrics on disk. Whether sums are cumulative is decided as by the official exporter
 * (`OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE`).
 */
export class SpoolMetricExporter extends OTLPMetricExporterBase {
  constructor(outlet: SpoolOutlet) {
    super({
      setMetrics: () => {},
      export: (metrics, done) => void keep(metrics, outlet, done),
      // What is exported is on disk. A reader flushes when it is shut down, too: that is not the time to wait.
      forceFlush: async () => {},
      shutdown: async () => {},
    });
  }
}

async function keep(
  { scopeMetrics }: ResourceMetrics,
  outlet: SpoolOutlet,
  done: (result: ExportResult) => void,
): Promise<void> {
  await outlet.ready;
  for (const { scope, metrics } of scopeMetrics) {
    const stream = outlet.stream(scope);
    for (const metric of metrics) {
      const bytes = encodeMetric(metric);
      if (bytes !== undefined) stream?.hold(bytes);
    }
  }
  done({ code: ExportResultCode.SUCCESS });
}
