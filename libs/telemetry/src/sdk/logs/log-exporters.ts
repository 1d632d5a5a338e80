import { OTLPLogExporter as OtlpJsonExporter } from '@opentelemetry/exporter-logs-otlp-http';
import {
  ConsoleLogRecordExporter,
  type LogRecordExporter,
  type LogRecordProcessor,
  SimpleLogRecordProcessor,
} from '@opentelemetry/sdk-logs';
import type { LogExporterName } from '../../telemetry.options.js';
import { SpoolLogProcessor } from '../delivery/spool.log-processor.js';
import type { ExportSurroundings } from '../export-processors.js';
import { grpcExporters } from '../grpc.exporters.js';
import { otlpGrpcSettings, otlpHttpSettings } from '../otlp-settings.js';
import { quietCalls } from '../quiet.calls.js';
import { quietRetries } from '../quiet.retries.js';
import { ReportingExporter } from '../reporting.exporter.js';
import { BatchingLogProcessor } from './batching.log-processor.js';
import { EncodingLogProcessor } from './encoding.log-processor.js';
import { LogSender } from './log.sender.js';

/** A processor for each of `logs.exporters`, in its order. */
export function createLogExporters(surroundings: ExportSurroundings): LogRecordProcessor[] {
  return surroundings.options.logs.exporters.map((exporter) =>
    typeof exporter === 'object'
      ? batched(exporter, exporter.constructor.name, exporter.constructor.name, surroundings)
      : namedProcessor(exporter, surroundings),
  );
}

function namedProcessor(name: LogExporterName, surroundings: ExportSurroundings): LogRecordProcessor {
  if (name === 'otlp') return otlpProcessor(surroundings);
  // A console is read while things happen, so it does not wait for a batch.
  return new SimpleLogRecordProcessor({ exporter: new ConsoleLogRecordExporter() });
}

function otlpProcessor(surroundings: ExportSurroundings): LogRecordProcessor {
  const { options, connections, delivery, health } = surroundings;
  const { batch, otlpTarget, protocol } = options.logs;
  const outlet = delivery.outlet('logs');
  if (outlet !== undefined) {
    health.spool(`otlp_${protocol === 'grpc' ? 'grpc' : 'http'}_log_exporter`, 'logs', () =>
      delivery.stats(),
    );
    return new SpoolLogProcessor(outlet, health.queue(batch.maxQueueSize, 'log_record'));
  }
  const destination = `OTLP logs (${otlpTarget})`;
  const http = otlpHttpSettings(options, 'v1/logs', connections);
  switch (protocol) {
    case 'grpc':
      return batched(
        quietCalls(new grpcExporters.logs.OTLPLogExporter(otlpGrpcSettings(options))),
        destination,
        'otlp_grpc_log_exporter',
        surroundings,
      );
    case 'http/json':
      return batched(
        quietRetries(new OtlpJsonExporter(http)),
        destination,
        'otlp_http_json_log_exporter',
        surroundings,
      );
    default:
      return new EncodingLogProcessor(
        new ReportingExporter(new LogSender(http), destination, connections),
        batch,
        {
          exporter: health.exporter('otlp_http_log_exporter', 'log_record'),
          queue: health.queue(batch.maxQueueSize, 'log_record'),
        },
      );
  }
}

function batched(
  exporter: LogRecordExporter,
  destination: string,
  type: string,
  { options, connections, health }: ExportSurroundings,
): LogRecordProcessor {
  const { batch } = options.logs;
  return new BatchingLogProcessor(new ReportingExporter(exporter, destination, connections), batch, {
    exporter: health.exporter(type, 'log_record'),
    queue: health.queue(batch.maxQueueSize, 'log_record'),
  });
}
