import { OTLPMetricExporter as OtlpGrpcExporter } from '@opentelemetry/exporter-metrics-otlp-grpc';
import { OTLPMetricExporter as OtlpJsonExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPMetricExporter as OtlpProtobufExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import {
  ConsoleMetricExporter,
  type MetricReader,
  PeriodicExportingMetricReader,
  type PushMetricExporter,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import type { ResolvedOptions } from '../config/resolved-options.js';
import type { Connections } from './connections.js';
import { otlpGrpcSettings, otlpHttpSettings } from './otlp-settings.js';
import { ReportingMetricExporter } from './reporting.metric-exporter.js';

/** What the metrics page is made from: the official exporter as a pull reader, and its text format. */
export interface PrometheusSource {
  readonly reader: MetricReader;
  readonly serialize: (metrics: ResourceMetrics) => string;
}

/** The pull reader behind `/metrics`; it opens no port of its own. */
export function createPrometheusSource(options: ResolvedOptions): PrometheusSource | undefined {
  if (options.metrics.path === undefined) return undefined;
  const serializer = new PrometheusSerializer();
  return {
    reader: new PrometheusExporter({ preventServerStart: true }),
    serialize: (metrics) => serializer.serialize(metrics),
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
