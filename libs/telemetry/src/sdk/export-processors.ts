import { OTLPTraceExporter as OtlpGrpcExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { OTLPTraceExporter as OtlpJsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { ZipkinExporter } from '@opentelemetry/exporter-zipkin';
import {
  BatchSpanProcessor,
  SimpleSpanProcessor,
  type SpanExporter,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace';
import type { ResolvedOptions } from '../config/resolved-options.js';
import type { TraceExporterName } from '../telemetry.options.js';
import type { Connections } from './connections.js';
import { PrettyConsoleSpanExporter } from './console/pretty-console.span-exporter.js';
import { CountingExporter } from './counting.exporter.js';
import { EncodingSpanProcessor } from './encoding.span-processor.js';
import type { TelemetryHealth } from './health/telemetry.health.js';
import { otlpGrpcSettings, otlpHttpSettings } from './otlp-settings.js';
import { ProtobufSender } from './protobuf.sender.js';
import { ReportingExporter } from './reporting.exporter.js';

/** A processor for each of `traces.exporters`, in its order. */
export function createExportProcessors(
  options: ResolvedOptions,
  connections: Connections,
  health: TelemetryHealth,
): SpanProcessor[] {
  const surroundings = { options, connections, health };
  return options.traces.exporters.map((exporter) =>
    typeof exporter === 'object'
      ? batched(exporter, exporter.constructor.name, exporter.constructor.name, surroundings)
      : namedProcessor(exporter, surroundings),
  );
}

/** What every exporter is made with. */
interface Surroundings {
  readonly options: ResolvedOptions;
  readonly connections: Connections;
  readonly health: TelemetryHealth;
}

function namedProcessor(name: TraceExporterName, surroundings: Surroundings): SpanProcessor {
  switch (name) {
    case 'otlp':
      return otlpProcessor(surroundings);
    case 'zipkin':
      return batched(new ZipkinExporter(), 'Zipkin', 'zipkin_http_span_exporter', surroundings);
    default:
      // A console is read while things happen, so it does not wait for a batch.
      return new SimpleSpanProcessor({ exporter: new PrettyConsoleSpanExporter() });
  }
}

function otlpProcessor(surroundings: Surroundings): SpanProcessor {
  const { options, connections, health } = surroundings;
  const { batch, otlpTarget, protocol } = options.traces;
  const destination = `OTLP traces (${otlpTarget})`;
  const http = otlpHttpSettings(options, 'v1/traces', connections);
  switch (protocol) {
    case 'grpc':
      return batched(
        new OtlpGrpcExporter(otlpGrpcSettings(options)),
        destination,
        'otlp_grpc_span_exporter',
        surroundings,
      );
    case 'http/json':
      return batched(new OtlpJsonExporter(http), destination, 'otlp_http_json_span_exporter', surroundings);
    default:
      return new EncodingSpanProcessor(
        new ReportingExporter(new ProtobufSender(http), destination, connections),
        batch,
        { exporter: health.exporter('otlp_http_span_exporter'), queue: health.queue(batch.maxQueueSize) },
      );
  }
}

function batched(
  exporter: SpanExporter,
  destination: string,
  type: string,
  { options, connections, health }: Surroundings,
): SpanProcessor {
  return new BatchSpanProcessor({
    exporter: new ReportingExporter(
      new CountingExporter(exporter, health.exporter(type)),
      destination,
      connections,
    ),
    ...options.traces.batch,
  });
}
