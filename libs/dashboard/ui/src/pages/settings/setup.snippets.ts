import type { Settings } from '../../../../src/api/api.types.ts';

export interface SetupSnippet {
  readonly label: string;
  readonly text: string;
}

/** What to paste where, so that telemetry comes here. */
export function setupSnippets({ http, grpc }: Settings['ingest']): SetupSnippet[] {
  const snippets: SetupSnippet[] = [];
  if (http !== null) {
    snippets.push(
      {
        label: 'Any application with OpenTelemetry, and any with nest-telemetry: environment',
        text: [
          `OTEL_EXPORTER_OTLP_ENDPOINT=${http}`,
          'OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf',
          'OTEL_SERVICE_NAME=my-service',
        ].join('\n'),
      },
      {
        label: 'A Nest application: app.module.ts',
        text: [
          "import { Module } from '@nestjs/common';",
          "import { TelemetryModule } from 'nest-telemetry';",
          '',
          '@Module({',
          '  imports: [',
          '    TelemetryModule.forRoot({',
          "      serviceName: 'my-service',",
          `      otlp: { endpoint: '${http}' },`,
          '    }),',
          '  ],',
          '})',
          'export class AppModule {}',
        ].join('\n'),
      },
      {
        label: 'An OpenTelemetry Collector that sends a copy here',
        text: [
          'exporters:',
          '  otlphttp/dashboard:',
          `    endpoint: ${http}`,
          'service:',
          '  pipelines:',
          ...['traces', 'metrics', 'logs'].map(
            (signal) => `    ${signal}: { receivers: [otlp], exporters: [otlphttp/dashboard] }`,
          ),
        ].join('\n'),
      },
    );
  }
  if (grpc !== null)
    snippets.push({
      label: 'Over gRPC: environment',
      text: [`OTEL_EXPORTER_OTLP_ENDPOINT=${grpc}`, 'OTEL_EXPORTER_OTLP_PROTOCOL=grpc'].join('\n'),
    });
  return snippets;
}
