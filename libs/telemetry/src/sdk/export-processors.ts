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
import { EncodingSpanProcessor } from './encoding.span-processor.js';
import { otlpGrpcSettings, otlpHttpSettings } from './otlp-settings.js';
import { ProtobufSender } from './protobuf.sender.js';
import { ReportingExporter } from './reporting.exporter.js';

/** A processor for each of `traces.exporters`, in its order. */
export function createExportProcessors(options: ResolvedOptions, connections: Connections): SpanProcessor[] {
  return options.traces.exporters.map((exporter) =>
    typeof exporter === 'object'
      ? batched(exporter, exporter.constructor.name, options, connections)
      : namedProcessor(exporter, options, connections),
  );
}

function namedProcessor(
  name: TraceExporterName,
  options: ResolvedOptions,
  connections: Connections,
): SpanProcessor {
  switch (name) {
    case 'otlp':
      return otlpProcessor(options, connections);
    case 'zipkin':
      return batched(new ZipkinExporter(), 'Zipkin', options, connections);
    default:
      // A console is read while things happen, so it does not wait for a batch.
      return new SimpleSpanProcessor({ exporter: new PrettyConsoleSpanExporter() });
  }
}

function otlpProcessor(options: ResolvedOptions, connections: Connections): SpanProcessor {
  const { batch, otlpTarget, protocol } = options.traces;
  const destination = `OTLP traces (${otlpTarget})`;
  const http = otlpHttpSettings(options, 'v1/traces', connections);
  switch (protocol) {
    case 'grpc':
      return batched(new OtlpGrpcExporter(otlpGrpcSettings(options)), destination, options, connections);
    case 'http/json':
      return batched(new OtlpJsonExporter(http), destination, options, connections);
    default:
      return new EncodingSpanProcessor(
        new ReportingExporter(new ProtobufSender(http), destination, connections),
        batch,
      );
  }
}

function batched(
  exporter: SpanExporter,
  destination: string,
  { traces }: ResolvedOptions,
  connections: Connections,
): SpanProcessor {
  return new BatchSpanProcessor({
    exporter: new ReportingExporter(exporter, destination, connections),
    ...traces.batch,
  });
}
