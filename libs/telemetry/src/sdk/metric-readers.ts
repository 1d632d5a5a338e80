import {
  ConsoleMetricExporter,
  type MetricReader,
  PeriodicExportingMetricReader,
  type PushMetricExporter,
} from '@opentelemetry/sdk-metrics';
import type { Environment } from '../config/environment.js';
import type { ResolvedOptions } from '../config/resolved-options.js';
import { workerIdentity } from '../metrics/cluster/worker.identity.js';
import type { PrometheusSource as PageSource } from '../metrics/prometheus.scrape.js';
import { CountingMetricExporter } from './counting.metric-exporter.js';
import { SpoolMetricExporter } from './delivery/spool.metric-exporter.js';
import type { ExportSurroundings } from './export-processors.js';
import { createOtlpMetricExporter, otlpMetricComponent } from './otlp.metric-exporter.js';
import { PageReader } from './page.reader.js';
import { ReportingMetricExporter } from './reporting.metric-exporter.js';

/** What the metrics page is made from. */
export interface PrometheusSource extends PageSource {
  readonly reader: MetricReader;
}

/** The pull reader behind `/metrics`; it opens no port of its own. */
export function createPrometheusSource(
  options: ResolvedOptions,
  env: Environment,
): PrometheusSource | undefined {
  const { path, naming, scopeLabels, auth, allowedHosts, cluster } = options.metrics;
  if (path === undefined) return undefined;
  const reader = new PageReader();
  // pm2 sets `name`, and is the parent of all its applications.
  const worker = cluster ? workerIdentity([options.serviceName, env['name']]) : undefined;
  return {
    reader,
    collect: (settings) => reader.collect(settings),
    settings: { naming, scopeLabels, worker: worker?.id },
    worker,
    access: { auth, allowedHosts },
  };
}

/** One periodic reader for every push exporter. */
export function createPushReaders(surroundings: ExportSurroundings): MetricReader[] {
  const { exportIntervalMillis, exportTimeoutMillis, exporters } = surroundings.options.metrics;
  return exporters.map((name) => {
    const exporter = name === 'otlp' ? otlpExporter(surroundings) : new ConsoleMetricExporter();
    return new PeriodicExportingMetricReader({ exporter, exportIntervalMillis, exportTimeoutMillis });
  });
}

function otlpExporter({ options, connections, delivery, health }: ExportSurroundings): PushMetricExporter {
  const outlet = delivery.outlet('metrics');
  if (outlet !== undefined) return new SpoolMetricExporter(outlet);
  const { otlpTarget, protocol } = options.metrics;
  const counts = health.exporter(otlpMetricComponent(protocol), 'metric_data_point');
  return new ReportingMetricExporter(
    new CountingMetricExporter(createOtlpMetricExporter(options, connections), counts),
    `OTLP metrics (${otlpTarget})`,
    connections,
  );
}
