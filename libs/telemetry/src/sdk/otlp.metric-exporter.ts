import { encodeMetrics, encodeMetricsJson } from '@nest-telemetry/otlp';
import { OTLPMetricExporterBase } from '@opentelemetry/exporter-metrics-otlp-http';
import {
  convertLegacyHttpOptions,
  createOtlpHttpExportDelegate,
} from '@opentelemetry/otlp-exporter-base/node-http';
import {
  type IExportMetricsServiceResponse,
  type ISerializer,
  JsonMetricsSerializer,
  MetricsExporterMetricsHelper,
  ProtobufMetricsSerializer,
} from '@opentelemetry/otlp-transformer';
import type { PushMetricExporter, ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { ResolvedOptions } from '../config/resolved-options.js';
import type { Connections } from './connections.js';
import { grpcExporters } from './grpc.exporters.js';
import { otlpGrpcSettings, otlpHttpSettings } from './otlp-settings.js';
import { quietCalls } from './quiet.calls.js';

type MetricsSerializer = ISerializer<ResourceMetrics, IExportMetricsServiceResponse>;
type Protocol = ResolvedOptions['metrics']['protocol'];

/** The official encoder knows no exemplars. */
const protobuf: MetricsSerializer = {
  serializeRequest: (metrics) => encodeMetrics(metrics),
  deserializeResponse: (response) => ProtobufMetricsSerializer.deserializeResponse(response),
};
const json: MetricsSerializer = {
  serializeRequest: (metrics) => encodeMetricsJson(metrics),
  deserializeResponse: (response) => JsonMetricsSerializer.deserializeResponse(response),
};

/** As the conventions name these components. */
const COMPONENT_TYPES: Readonly<Record<Protocol, string>> = {
  grpc: 'otlp_grpc_metric_exporter',
  'http/json': 'otlp_http_json_metric_exporter',
  'http/protobuf': 'otlp_http_metric_exporter',
};

export function otlpMetricComponent(protocol: Protocol): string {
  return COMPONENT_TYPES[protocol];
}

/**
 * Sends metrics over OTLP. Endpoint, headers, TLS, compression, retries and the choice of temporality are those of the
 * official exporters; only their encoder is replaced, by one that sends exemplars.
 */
export function createOtlpMetricExporter(
  options: ResolvedOptions,
  connections: Connections,
): PushMetricExporter {
  const { protocol } = options.metrics;
  const type = otlpMetricComponent(protocol);
  if (protocol === 'grpc') {
    const { convertLegacyOtlpGrpcOptions, createOtlpGrpcExportDelegate } = grpcExporters.base;
    const config = otlpGrpcSettings(options);
    return quietMetrics(
      createOtlpGrpcExportDelegate(
        convertLegacyOtlpGrpcOptions(config, 'METRICS'),
        protobuf,
        type,
        MetricsExporterMetricsHelper,
        undefined,
        'MetricsExportService',
        '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export',
      ),
    );
  }
  const [serializer, contentType] =
    protocol === 'http/json' ? [json, 'application/json'] : [protobuf, 'application/x-protobuf'];
  const config = otlpHttpSettings(options, 'v1/metrics', connections);
  return quietMetrics(
    createOtlpHttpExportDelegate(
      convertLegacyHttpOptions(config, 'METRICS', 'v1/metrics', { 'Content-Type': contentType }),
      serializer,
      type,
      MetricsExporterMetricsHelper,
      undefined,
    ),
  );
}

function quietMetrics(
  delegate: ConstructorParameters<typeof OTLPMetricExporterBase>[0],
): OTLPMetricExporterBase {
  return quietCalls(new OTLPMetricExporterBase(delegate));
}
