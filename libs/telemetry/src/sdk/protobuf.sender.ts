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
} from '@opentelemetry/otlp-transformer';
import { quietRetries } from './quiet.retries.js';

const COMPONENT = 'otlp_http_span_exporter';

/** What is handed over has been encoded already. */
const serializer: ISerializer<Uint8Array, IExportTraceServiceResponse> = {
  serializeRequest: (request) => request,
  deserializeResponse: (response) => ProtobufTraceSerializer.deserializeResponse(response),
};

/**
 * Sends encoded trace requests over OTLP/HTTP. Endpoint, headers, TLS, compression and retries are those of the official
 * exporter; only its encoder is not used, which costs several times as much as ours.
 */
export class ProtobufSender extends OTLPExporterBase<Uint8Array> {
  constructor(config: OTLPExporterNodeConfigBase) {
    const transport = convertLegacyHttpOptions(config, 'TRACES', 'v1/traces', {
      'Content-Type': 'application/x-protobuf',
    });
    const items = { name: 'span', countItems: () => 1 } as const;
    super(createOtlpHttpExportDelegate(transport, serializer, COMPONENT, items, undefined));
    quietRetries(this);
  }
}
