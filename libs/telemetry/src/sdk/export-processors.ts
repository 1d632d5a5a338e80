import { OTLPTraceExporter as OtlpJsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { ZipkinExporter } from '@opentelemetry/exporter-zipkin';
import { SimpleSpanProcessor, type SpanExporter, type SpanProcessor } from '@opentelemetry/sdk-trace';
import type { ResolvedOptions } from '../config/resolved-options.js';
import type { TraceExporterName } from '../telemetry.options.js';
import { BatchingSpanProcessor } from './batching.span-processor.js';
import type { Connections } from './connections.js';
import { PrettyConsoleSpanExporter } from './console/pretty-console.span-exporter.js';
import { type Delivery, deliveryTimeout } from './delivery/delivery.js';
import { NO_OPEN_REQUESTS, OpenRequests } from './delivery/open.requests.js';
import { SpoolSpanProcessor } from './delivery/spool.span-processor.js';
import { EncodingSpanProcessor } from './encoding.span-processor.js';
import { grpcExporters } from './grpc.exporters.js';
import type { TelemetryHealth } from './health/telemetry.health.js';
import { otlpGrpcSettings, otlpHttpSettings } from './otlp-settings.js';
import { ProtobufSender } from './protobuf.sender.js';
import { quietCalls } from './quiet.calls.js';
import { quietRetries } from './quiet.retries.js';
import { ReportingExporter } from './reporting.exporter.js';
import { SafeExporter } from './safe.exporter.js';

/** A processor for each of `traces.exporters`, in its order. */
export function createExportProcessors(surroundings: ExportSurroundings): SpanProcessor[] {
  return surroundings.options.traces.exporters.map((exporter) =>
    typeof exporter === 'object'
      ? ownProcessor(exporter, surroundings)
      : namedProcessor(exporter, surroundings),
  );
}

function ownProcessor(given: SpanExporter, surroundings: ExportSurroundings): SpanProcessor {
  const exporter = new SafeExporter(given);
  return batched(exporter, exporter.name, exporter.name, surroundings);
}

/** What every exporter is made with. */
export interface ExportSurroundings {
  readonly options: ResolvedOptions;
  readonly connections: Connections;
  readonly delivery: Delivery;
  readonly health: TelemetryHealth;
}

function namedProcessor(name: TraceExporterName, surroundings: ExportSurroundings): SpanProcessor {
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

/** Spans of traces that end before the resource is known; that takes some milliseconds. */
const EARLY_SPANS = 2048;

function otlpProcessor(surroundings: ExportSurroundings): SpanProcessor {
  const { options, connections, delivery, health } = surroundings;
  const { batch, otlpTarget, protocol } = options.traces;
  const outlet = delivery.outlet('traces');
  if (outlet !== undefined) {
    health.spool(`otlp_${protocol === 'grpc' ? 'grpc' : 'http'}_span_exporter`, 'traces', () =>
      delivery.stats(),
    );
    return new SpoolSpanProcessor({
      delivery,
      outlet,
      queue: health.queue(EARLY_SPANS),
      openRequests: options.delivery.interrupted ? new OpenRequests(outlet) : NO_OPEN_REQUESTS,
      timeoutMillis: deliveryTimeout(options),
    });
  }
  const destination = `OTLP traces (${otlpTarget})`;
  const http = otlpHttpSettings(options, 'v1/traces', connections);
  switch (protocol) {
    case 'grpc':
      return batched(
        quietCalls(new grpcExporters.traces.OTLPTraceExporter(otlpGrpcSettings(options))),
        destination,
        'otlp_grpc_span_exporter',
        surroundings,
      );
    case 'http/json':
      return batched(
        quietRetries(new OtlpJsonExporter(http)),
        destination,
        'otlp_http_json_span_exporter',
        surroundings,
      );
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
  { options, connections, health }: ExportSurroundings,
): SpanProcessor {
  const { batch } = options.traces;
  return new BatchingSpanProcessor(new ReportingExporter(exporter, destination, connections), batch, {
    exporter: health.exporter(type),
    queue: health.queue(batch.maxQueueSize),
  });
}
