import { OTLPExporterBase } from '@opentelemetry/otlp-exporter-base';
import {
  convertLegacyHttpOptions,
  createOtlpHttpExportDelegate,
  type OTLPExporterNodeConfigBase,
} from '@opentelemetry/otlp-exporter-base/node-http';
import {
  type IExportLogsServiceResponse,
  type ISerializer,
  ProtobufLogsSerializer,
} from '@opentelemetry/otlp-transformer';
import { quietRetries } from '../quiet.retries.js';

const COMPONENT = 'otlp_http_log_exporter';

/** What is handed over has been encoded already. */
const serializer: ISerializer<Uint8Array, IExportLogsServiceResponse> = {
  serializeRequest: (request) => request,
  deserializeResponse: (response) => ProtobufLogsSerializer.deserializeResponse(response),
};

/** Sends encoded log requests over OTLP/HTTP with the transport of the official exporter; see `ProtobufSender`. */
export class LogSender extends OTLPExporterBase<Uint8Array> {
  constructor(config: OTLPExporterNodeConfigBase) {
    const transport = convertLegacyHttpOptions(config, 'LOGS', 'v1/logs', {
      'Content-Type': 'application/x-protobuf',
    });
    const items = { name: 'log', countItems: () => 1 } as const;
    super(createOtlpHttpExportDelegate(transport, serializer, COMPONENT, items, undefined));
    quietRetries(this);
  }
}
