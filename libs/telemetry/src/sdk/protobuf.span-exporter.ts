import { encodeTraces } from '@nest-telemetry/otlp';
import { OTLPExporterBase } from '@opentelemetry/otlp-exporter-base';
import {
  convertLegacyHttpOptions,
  createOtlpHttpExportDelegate,
  type OTLPExporterNodeConfigBase,
} from '@opentelemetry/otlp-exporter-base/node-http';
import {
  type IExportTraceServiceResponse,
  type ISerializer,
  ProtobufTraceSerializer,
  TraceExporterMetricsHelper,
} from '@opentelemetry/otlp-transformer';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';

/** The official transport with our encoder: theirs costs several times as much per span, on the main thread. */
const serializer: ISerializer<ReadableSpan[], IExportTraceServiceResponse> = {
  serializeRequest: encodeTraces,
  deserializeResponse: (response) => ProtobufTraceSerializer.deserializeResponse(response),
};

/** OTLP/HTTP with protobuf: endpoint, headers, retries and TLS as the official exporter has them. */
export class ProtobufSpanExporter extends OTLPExporterBase<ReadableSpan[]> implements SpanExporter {
  constructor(config: OTLPExporterNodeConfigBase) {
    const transport = convertLegacyHttpOptions(config, 'TRACES', 'v1/traces', {
      'Content-Type': 'application/x-protobuf',
    });
    super(
      createOtlpHttpExportDelegate(
        transport,
        serializer,
        'otlp_http_span_exporter',
        TraceExporterMetricsHelper,
        config.selfObsMeterProvider,
      ),
    );
  }
}
