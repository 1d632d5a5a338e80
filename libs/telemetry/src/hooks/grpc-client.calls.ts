import { EventEmitter, errorMonitor } from 'node:events';
import { context, SpanKind, type Context } from '@opentelemetry/api';
import { isTracingSuppressed } from '@opentelemetry/core';
import { METRICS } from '../metrics/catalog.js';
import { inject } from '../propagation/inject.js';
import { guarded, warn } from '../telemetry.warnings.js';
import { GRPC_UNKNOWN, grpcClientSpan, grpcTarget } from '../tracing/conventions/grpc.conventions.js';
import { currentTracer } from '../tracing/tracer.js';
import { copyOf, isMetadata, metadataCarrier, type GrpcMetadata } from './grpc-metadata.js';
import { GrpcObservation } from './grpc.observation.js';
import { loadedByNest } from './grpc-packages.js';
import { sharedInstallation } from './shared.installation.js';
import { wrapMethod } from './wrapped.method.js';

/** A client of @grpc/grpc-js; its class is made from a service definition and has a method per RPC. */
interface GrpcClient {
  getChannel(): { getTarget(): string };
}

/** What gRPC knows of an RPC, put on the method itself. */
interface RpcMethod {
  readonly path?: unknown;
  readonly requestStream?: unknown;
  /** Left by instrumentations that have wrapped the method. */
  readonly __wrapped?: unknown;
}

interface GrpcPackage {
  readonly Metadata?: new () => GrpcMetadata;
}

let observing = false;
const wrapped = new WeakSet<object>();

/** Makes spans of the calls of wrapped clients, for as long as an application asks for it. */
export const observeCalls = sharedInstallation(() => {
  observing = true;
  return () => {
    observing = false;
  };
});

/** Wraps the RPC methods of a client's class. Also reaches services that were handed out before. */
export function wrapMethodsOf(client: unknown): void {
  if (typeof client !== 'object' || client === null) return;
  const prototype = Object.getPrototypeOf(client) as Record<string, unknown>;
  if (wrapped.has(prototype)) return;
  wrapped.add(prototype);
  for (const name of Object.keys(prototype)) wrapRpc(prototype, name);
}

function wrapRpc(prototype: Record<string, unknown>, name: string): void {
  const { path, requestStream, __wrapped } = (prototype[name] ?? {}) as RpcMethod;
  if (typeof path !== 'string') return;
  if (__wrapped === true) {
    warn('NT_CLIENT_ALREADY_INSTRUMENTED', { client: 'gRPC' });
    return;
  }
  // Messages of a stream are written later, so its first argument is metadata already.
  const metadataAt = requestStream === true ? 0 : 1;
  wrapMethod(prototype, name, (original) => {
    const method = function (this: GrpcClient, ...args: unknown[]): unknown {
      const parent = context.active();
      const call = (prepared: unknown[]): unknown => original.apply(this, prepared);
      if (!observing || isTracingSuppressed(parent)) return call(args);
      return observeCall({ client: this, path, metadataAt, parent }, args, call);
    };
    // Nest reads from the method what kind of RPC it is.
    return Object.assign(method, prototype[name]);
  });
}

interface OutgoingCall {
  readonly client: GrpcClient;
  readonly path: string;
  /** Which argument metadata is. */
  readonly metadataAt: number;
  readonly parent: Context;
}

function observeCall(outgoing: OutgoingCall, args: unknown[], call: (args: unknown[]) => unknown): unknown {
  const { parent } = outgoing;
  const started = guarded('Tracing of a gRPC call', () => start(outgoing, args), undefined);
  if (started === undefined) return call(args);
  const { observation, prepared } = started;
  let emitter: unknown;
  try {
    emitter = context.with(observation.context, call, undefined, prepared);
  } catch (error) {
    // Wrong arguments, or a client that was closed: nothing was sent.
    observation.failed(error);
    observation.end(GRPC_UNKNOWN);
    throw error;
  }
  if (emitter instanceof EventEmitter) {
    emitter.once(errorMonitor, (error: unknown) => observation.failed(error));
    emitter.once('status', ({ code }: { code: number }) => observation.end(code));
    // A connection serves many callers; what comes over it belongs to this one.
    context.bind(parent, emitter);
  }
  return emitter;
}

interface StartedCall {
  readonly observation: GrpcObservation;
  readonly prepared: unknown[];
}

function start({ client, path, metadataAt, parent }: OutgoingCall, args: unknown[]): StartedCall {
  const server = grpcTarget(client.getChannel().getTarget());
  const { name, low } = grpcClientSpan({ path, server });
  const span = currentTracer().startSpan(name, { kind: SpanKind.CLIENT, attributes: low }, parent);
  const duration = METRICS.rpcClientCallDuration;
  const observation = new GrpcObservation({ side: 'client', span, parent, low, duration });
  const prepared = [...args];
  sendContext(prepared, metadataAt, { context: observation.context, host: hostOf(server?.address) });
  const last = prepared.length - 1;
  const callback = prepared[last];
  if (typeof callback === 'function') prepared[last] = watchAnswer(observation, parent, callback as Callback);
  return { observation, prepared };
}

/** The metadata of the application is its own, and may be used for many calls; what is sent is a copy. */
function sendContext(args: unknown[], at: number, options: { context: Context; host: string }): void {
  const given = args[at];
  const Metadata = (loadedByNest('@grpc/grpc-js') as GrpcPackage | undefined)?.Metadata;
  const metadata = isMetadata(given) ? copyOf(given) : Metadata && new Metadata();
  if (metadata === undefined) return;
  inject(metadataCarrier(metadata), options);
  // A request that was left out stays left out.
  if (args.length < at) args.length = at;
  args.splice(at, isMetadata(given) ? 1 : 0, metadata);
}

type Callback = (this: unknown, error: unknown, ...rest: unknown[]) => unknown;

function watchAnswer(observation: GrpcObservation, parent: Context, callback: Callback): Callback {
  return context.bind(parent, function (this: unknown, error, ...rest) {
    if (error !== null && error !== undefined) observation.failed(error);
    return callback.call(this, error, ...rest);
  });
}

/** What the trust boundary is asked about. A socket of this machine is as near as can be. */
function hostOf(address: string | undefined): string {
  return address?.includes('/') ? 'localhost' : (address ?? '');
}
