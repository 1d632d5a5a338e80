import { OTLPTraceExporter as OtlpGrpcExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { OTLPTraceExporter as OtlpJsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { ZipkinExporter } from '@opentelemetry/exporter-zipkin';
import type { SpanExporter } from '@opentelemetry/sdk-trace';
import type { ResolvedOptions } from '../config/resolved-options.js';
import type { Connections } from './connections.js';
import { PrettyConsoleSpanExporter } from './console/pretty-console.span-exporter.js';
import { otlpGrpcSettings, otlpHttpSettings } from './otlp-settings.js';
import { ProtobufSpanExporter } from './protobuf.span-exporter.js';
import { ReportingSpanExporter } from './reporting.span-exporter.js';

/** The exporters that `traces.exporters` names, in its order. */
export function createSpanExporters(options: ResolvedOptions, connections: Connections): SpanExporter[] {
  return options.traces.exporters.map((exporter) => {
    if (typeof exporter === 'object')
      return new ReportingSpanExporter(exporter, exporter.constructor.name, connections);
    if (exporter === 'otlp')
      return new ReportingSpanExporter(
        createOtlpExporter(options, connections),
        `OTLP traces (${options.traces.otlpTarget})`,
        connections,
      );
    if (exporter === 'zipkin') return new ReportingSpanExporter(new ZipkinExporter(), 'Zipkin', connections);
    return new PrettyConsoleSpanExporter();
  });
}

function createOtlpExporter(options: ResolvedOptions, connections: Connections): SpanExporter {
  switch (options.traces.protocol) {
    case 'grpc':
      return new OtlpGrpcExporter(otlpGrpcSettings(options));
    case 'http/json':
      return new OtlpJsonExporter(otlpHttpSettings(options, 'v1/traces', connections));
    default:
      return new ProtobufSpanExporter(otlpHttpSettings(options, 'v1/traces', connections));
  }
}
