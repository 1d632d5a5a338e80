import { useMutation, useQuery } from '@tanstack/react-query';
import { useLocation } from 'wouter';
import type { Settings } from '../../../../src/api/api.types.ts';
import { read, write } from '../../api/client.ts';
import { CopyButton } from '../../parts/copy.button.tsx';
import styles from './overview.module.css';

const MODULE = `import { Module } from '@nestjs/common';
import { TelemetryModule } from 'nest-telemetry';

@Module({ imports: [TelemetryModule.forRoot({ serviceName: 'orders' })] })
export class AppModule {}
`;

/** How to get something to look at. */
export function EmptyState() {
  const [, navigate] = useLocation();
  const { data } = useQuery({
    queryKey: ['settings'],
    queryFn: ({ signal }) => read<Settings>('settings', {}, signal),
  });
  const test = useMutation({
    mutationFn: () => write<{ readonly traceId: string }>('test-trace'),
    onSuccess: ({ traceId }) => navigate(`/traces/${traceId}`),
  });
  return (
    <div className={styles['empty']}>
      <section className={styles['panel']}>
        <h2>Nothing has come in yet</h2>
        <p>This page fills by itself as soon as a service sends something.</p>
        <button type="button" disabled={test.isPending} onClick={() => test.mutate()}>
          Send a test trace
        </button>
        {test.isError && (
          <p role="alert" className="error">
            {test.error.message}
          </p>
        )}
      </section>
      <section className={styles['panel']}>
        <h2>A Nest application</h2>
        <p>
          Install <code>nest-telemetry</code> and import its module:
        </p>
        <Snippet label="Module" text={MODULE} />
        <p>Then start it with the address of this dashboard:</p>
        <Snippet label="Environment" text={environmentOf(data?.ingest)} />
      </section>
      <section className={styles['panel']}>
        <h2>Anything else</h2>
        <p>
          Every OpenTelemetry SDK and the Collector can send here, over HTTP (protobuf or JSON) or gRPC; the
          same variables tell it where.
        </p>
      </section>
    </div>
  );
}

function environmentOf(ingest: Settings['ingest'] | undefined): string {
  if (ingest?.http == null && ingest?.grpc != null)
    return `OTEL_EXPORTER_OTLP_ENDPOINT=${ingest.grpc}\nOTEL_EXPORTER_OTLP_PROTOCOL=grpc\n`;
  return `OTEL_EXPORTER_OTLP_ENDPOINT=${ingest?.http ?? 'http://127.0.0.1:4318'}\nOTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf\n`;
}

function Snippet({ label, text }: { readonly label: string; readonly text: string }) {
  return (
    <div className={styles['snippet']}>
      <pre tabIndex={0} aria-label={label}>
        {text}
      </pre>
      <CopyButton label={`Copy ${label.toLowerCase()}`} text={() => text}>
        Copy
      </CopyButton>
    </div>
  );
}
