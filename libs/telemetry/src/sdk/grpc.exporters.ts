import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/**
 * What sends over gRPC, loaded by whoever does so: 0.7 MB of sources in 65 files for gRPC alone, and whoever sends over
 * HTTP, or durably, takes none of it.
 */
export const grpcExporters = {
  get client() {
    return require('@grpc/grpc-js') as typeof import('@grpc/grpc-js');
  },
  get traces() {
    return require('@opentelemetry/exporter-trace-otlp-grpc') as typeof import('@opentelemetry/exporter-trace-otlp-grpc');
  },
  get logs() {
    return require('@opentelemetry/exporter-logs-otlp-grpc') as typeof import('@opentelemetry/exporter-logs-otlp-grpc');
  },
  get base() {
    return require('@opentelemetry/otlp-grpc-exporter-base') as typeof import('@opentelemetry/otlp-grpc-exporter-base');
  },
};
