import { context, propagation, SpanKind, trace, type Context, type Span } from '@opentelemetry/api';
import type { ResolvedOptions } from '../config/resolved-options.js';
import { METRICS } from '../metrics/catalog.js';
import { arrivalOf } from '../propagation/extract.js';
import { RPC_SYSTEM_NAME } from '../semconv.js';
import { grpcServerSpan } from '../tracing/conventions/grpc.conventions.js';
import { currentTracer } from '../tracing/tracer.js';
import { guarded } from '../telemetry.warnings.js';
import { metadataCarrier } from './grpc-metadata.js';
import { describeCall, followCall, isServerCall, requestInfo, type ServerCall } from './grpc-server.call.js';
import { GrpcObservation } from './grpc.observation.js';

/** What the calls of one server need. */
export interface GrpcServerSettings {
  /** Whether a call continues the trace it comes with. */
  readonly inbound: ResolvedOptions['propagation']['inbound'];
  /** A sampler of the user may decide by any attribute. */
  readonly samplerReadsAttributes: boolean;
}

/** A handler as gRPC calls it; streams that answer get no callback. */
export type NativeHandler = (call: unknown, callback?: GrpcCallback) => unknown;
export type GrpcCallback = (error: unknown, ...rest: unknown[]) => void;

const observations = new WeakMap<object, GrpcObservation>();

/** The observation of a call, for who meets the call elsewhere. */
export function observationOfCall(call: unknown): GrpcObservation | undefined {
  return typeof call === 'object' && call !== null ? observations.get(call) : undefined;
}

/** Runs the handler of a call in its server span. Whatever fails in here, the handler runs. */
export function serveCall(
  settings: GrpcServerSettings,
  handler: NativeHandler,
  call: unknown,
  callback?: GrpcCallback,
): unknown {
  const observation = isServerCall(call)
    ? guarded('Tracing of a gRPC call', () => observe(call, settings), undefined)
    : undefined;
  if (observation === undefined) return handler(call, callback);
  const answer = callback && watchAnswer(observation, callback);
  return context.with(observation.context, () => watchHandler(observation, handler(call, answer)));
}

/** The answer to a unary call, or to a stream of requests. */
function watchAnswer(observation: GrpcObservation, callback: GrpcCallback): GrpcCallback {
  return (error, ...rest) => {
    if (error !== null && error !== undefined) observation.failed(error);
    callback(error, ...rest);
  };
}

/** A handler made by Nest rejects only if a filter did, and then nobody answers the call. */
function watchHandler(observation: GrpcObservation, result: unknown): unknown {
  if (!(result instanceof Promise)) return result;
  return result.catch((error: unknown) => {
    observation.failed(error);
    throw error;
  });
}

function observe(call: ServerCall, settings: GrpcServerSettings): GrpcObservation {
  const active = context.active();
  const present = trace.getSpan(active);
  const policy = settings.inbound(requestInfo(call));
  const conventions = grpcServerSpan(describeCall(call));
  const { low } = conventions;
  const adopted = present !== undefined && isServerSpanOfCall(present) ? present : undefined;
  const common = { side: 'server', low, duration: METRICS.rpcServerCallDuration } as const;
  let observation: GrpcObservation;
  if (adopted === undefined) {
    const { context: parent, links } = arrivalOf(
      metadataCarrier(call.metadata),
      policy,
      baseOf(active, present),
    );
    const { samplerReadsAttributes } = settings;
    const attributes = samplerReadsAttributes ? { ...low, ...conventions.high } : low;
    const span = currentTracer().startSpan(
      conventions.name,
      { kind: SpanKind.SERVER, attributes, links },
      parent,
    );
    if (!samplerReadsAttributes && span.isRecording()) span.setAttributes(conventions.high);
    observation = new GrpcObservation({ ...common, span, parent });
  } else {
    const parent = policy === 'restart' ? propagation.deleteBaggage(active) : active;
    observation = new GrpcObservation({ ...common, span: adopted, owned: false, parent });
  }
  observations.set(call, observation);
  followCall(call, observation);
  // Messages and the end of a stream are events of the connection, which belongs to no call.
  context.bind(observation.context, call);
  return observation;
}

/** Of another library, which made it right around this handler. */
function isServerSpanOfCall(span: Span): boolean {
  const { kind, attributes } = span as { kind?: SpanKind; attributes?: Readonly<Record<string, unknown>> };
  if (kind !== SpanKind.SERVER || !span.isRecording() || attributes === undefined) return false;
  // The second name is what instrumentations used before the conventions were stable.
  return attributes[RPC_SYSTEM_NAME] !== undefined || attributes['rpc.system'] !== undefined;
}

/** What was active when the application called `listen()` is handed to every call, and is nobody's parent. */
function baseOf(active: Context, present: Span | undefined): Context {
  if (present === undefined || present.isRecording() || present.spanContext().isRemote === true)
    return active;
  return trace.deleteSpan(active);
}
