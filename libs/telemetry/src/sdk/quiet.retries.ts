import type { OTLPExporterBase } from '@opentelemetry/otlp-exporter-base';

interface RetryingTransport {
  _transport: { send(data: Uint8Array, timeoutMillis: number): Promise<unknown> };
  retry(data: Uint8Array, timeoutMillis: number, inMillis: number): Promise<unknown>;
}

/**
 * Lets a process end while an official exporter pauses before it tries again, which it does for up to 10 seconds: at the
 * end telemetry is waited for within a deadline of its own. There is no option for it, so this reaches inside; where the
 * exporter is made differently, it stays as it is.
 * @returns the same exporter
 */
export function quietRetries<T extends OTLPExporterBase<never>>(exporter: T): T {
  const transport = (exporter as unknown as { _delegate?: { _transport?: Partial<RetryingTransport> } })
    ._delegate?._transport;
  if (typeof transport?.retry !== 'function' || typeof transport._transport?.send !== 'function')
    return exporter;
  const { _transport: inner } = transport;
  transport.retry = (data, timeoutMillis, inMillis) =>
    new Promise((resolve, reject) => {
      setTimeout(() => inner.send(data, timeoutMillis).then(resolve, reject), inMillis).unref();
    });
  return exporter;
}
