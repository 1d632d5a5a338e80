import type { OTLPExporterBase } from '@opentelemetry/otlp-exporter-base';
import { quietRetries } from './quiet.retries.js';

interface GrpcCall {
  deadlineTimer?: Partial<NodeJS.Timeout>;
}

interface GrpcClient {
  getChannel(): { createCall(...parameters: unknown[]): GrpcCall };
}

/**
 * The same as `quietRetries`, for exporters over gRPC too: these wait for the deadline of each call. Their client is made with
 * the first export, and anew when several calls have failed.
 * @returns the same exporter
 */
export function quietCalls<T extends OTLPExporterBase<never>>(exporter: T): T {
  const transport = (exporter as unknown as { _delegate?: { _transport?: object } })._delegate?._transport;
  // Theirs tries nothing again.
  if (transport === undefined || !('_client' in transport)) return quietRetries(exporter);
  let client: GrpcClient | undefined;
  Object.defineProperty(transport, '_client', {
    get: () => client,
    set(made: GrpcClient | undefined) {
      client = made;
      if (typeof made?.getChannel === 'function') quietChannel(made.getChannel());
    },
  });
  return exporter;
}

function quietChannel(channel: ReturnType<GrpcClient['getChannel']>): void {
  const create = channel.createCall.bind(channel);
  channel.createCall = (...parameters) => {
    const call = create(...parameters);
    call.deadlineTimer?.unref?.();
    return call;
  };
}
