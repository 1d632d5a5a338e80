import { OTLPMetricExporter as OtlpGrpcExporter } from '@opentelemetry/exporter-metrics-otlp-grpc';
import { OTLPMetricExporter as OtlpJsonExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPMetricExporter as OtlpProtobufExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import {
  ConsoleMetricExporter,
  type MetricReader,
  PeriodicExportingMetricReader,
  type PushMetricExporter,
} from '@opentelemetry/sdk-metrics';
import type { ResolvedOptions } from '../config/resolved-options.js';
import type { PrometheusSource as PageSource } from '../metrics/prometheus.scrape.js';
import type { Connections } from './connections.js';
import { otlpGrpcSettings, otlpHttpSettings } from './otlp-settings.js';
import { PageReader } from './page.reader.js';
import { ReportingMetricExporter } from './reporting.metric-exporter.js';

/** What the metrics page is made from. */
export interface PrometheusSource extends PageSource {
  readonly reader: MetricReader;
}

/** The pull reader behind `/metrics`; it opens no port of its own. */
export function createPrometheusSource(options: ResolvedOptions): PrometheusSource | undefined {
  const { path, naming, scopeLabels, auth, allowedHosts } = options.metrics;
  if (path === undefined) return undefined;
  const reader = new PageReader();
  return {
    reader,
    collect: (settings) => reader.collect(settings),
    settings: { naming, scopeLabels },
    access: { auth, allowedHosts },
  };
}

/** One periodic reader for every push exporter. */
export function createPushReaders(options: ResolvedOptions, connections: Connections): MetricReader[] {
  const { exportIntervalMillis, exportTimeoutMillis, exporters } = options.metrics;
  return exporters.map((name) => {
    const exporter =
      name === 'otlp'
        ? new ReportingMetricExporter(
            createOtlpExporter(options, connections),
            `OTLP metrics (${options.metrics.otlpTarget})`,
            connections,
          )
        : new ConsoleMetricExporter();
    return new PeriodicExportingMetricReader({ exporter, exportIntervalMillis, exportTimeoutMillis });
  });
}

function createOtlpExporter(options: ResolvedOptions, connections: Connections): PushMetricExporter {
  switch (options.metrics.protocol) {
    case 'grpc':
      return new OtlpGrpcExporter(otlpGrpcSettings(options));
    case 'http/json':
      return new OtlpJsonExporter(otlpHttpSettings(options, 'v1/metrics', connections));
    default:
      return new OtlpProtobufExporter(otlpHttpSettings(options, 'v1/metrics', connections));
  }
}
