import type { Metadata } from '@grpc/grpc-js';
import type { OTLPGRPCExporterConfigNode } from '@opentelemetry/otlp-grpc-exporter-base';
import { CompressionAlgorithm } from '@opentelemetry/otlp-exporter-base';
import type { OTLPExporterNodeConfigBase } from '@opentelemetry/otlp-exporter-base/node-http';
import type { ResolvedOptions } from '../config/resolved-options.js';
import type { Connections } from './connections.js';
import { grpcExporters } from './grpc.exporters.js';

/** Signals and the path each is posted to (OTLP specification, "OTLP/HTTP Request"). */
export type SignalPath = 'v1/traces' | 'v1/metrics' | 'v1/logs';

/** Settings of an OTLP/HTTP exporter. What is left out here the exporter reads from `OTEL_EXPORTER_OTLP_*` itself. */
export function otlpHttpSettings(
  { otlp, otlpCertificates }: ResolvedOptions,
  path: SignalPath,
  connections: Connections,
): OTLPExporterNodeConfigBase {
  return {
    ...(otlp.endpoint !== undefined && { url: `${otlp.endpoint.replace(/\/+$/, '')}/${path}` }),
    ...(otlp.headers && { headers: { ...otlp.headers } }),
    ...(otlp.timeoutMillis !== undefined && { timeoutMillis: otlp.timeoutMillis }),
    ...(otlp.compression && { compression: compression(otlp.compression) }),
    // Certificates from the environment go into the exporter's own agent; ours would lose them.
    ...(!otlpCertificates && { httpAgentOptions: connections.agentFactory }),
  };
}

/** The same for OTLP/gRPC. */
export function otlpGrpcSettings({ otlp }: ResolvedOptions): OTLPGRPCExporterConfigNode {
  return {
    ...(otlp.endpoint !== undefined && { url: otlp.endpoint }),
    ...(otlp.headers && { metadata: metadata(otlp.headers) }),
    ...(otlp.timeoutMillis !== undefined && { timeoutMillis: otlp.timeoutMillis }),
    ...(otlp.compression && { compression: compression(otlp.compression) }),
  };
}

function compression(name: 'none' | 'gzip'): CompressionAlgorithm {
  return name === 'gzip' ? CompressionAlgorithm.GZIP : CompressionAlgorithm.NONE;
}

function metadata(headers: Readonly<Record<string, string>>): Metadata {
  const result = new grpcExporters.client.Metadata();
  for (const [name, value] of Object.entries(headers)) result.set(name, value);
  return result;
}
