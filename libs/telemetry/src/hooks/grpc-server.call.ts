import { EventEmitter, errorMonitor } from 'node:events';
import type { HttpRequestInfo } from '../telemetry.options.js';
import {
  GRPC_CANCELLED,
  GRPC_DEADLINE_EXCEEDED,
  type GrpcServerCall,
} from '../tracing/conventions/grpc.conventions.js';
import type { GrpcMetadata } from './grpc-metadata.js';

/** Messages are under way for less than this where deadlines work at all. */
const MAX_TOLERANCE_MILLIS = 100;

/** What sends the answer of a call, below the object that handlers see. */
interface StatusSender {
  sendStatus(status: { readonly code: number }): void;
}

/** The part of the server calls of @grpc/grpc-js, of all four kinds, that is used here. */
export interface ServerCall extends EventEmitter {
  readonly metadata: GrpcMetadata;
  readonly call: StatusSender;
  getPath(): string;
  getPeer(): string;
  getHost?(): string;
  getDeadline(): Date | number;
}

export function isServerCall(value: unknown): value is ServerCall {
  if (!(value instanceof EventEmitter)) return false;
  const { call, metadata, getPath } = value as Partial<ServerCall>;
  return typeof call?.sendStatus === 'function' && metadata !== undefined && typeof getPath === 'function';
}

/** What the conventions ask of a call. */
export function describeCall(call: ServerCall): GrpcServerCall {
  return { path: call.getPath(), authority: call.getHost?.(), peer: call.getPeer() };
}

/** The HTTP/2 request that carries a call, for functions of the user that know requests only. */
export function requestInfo(call: ServerCall): HttpRequestInfo {
  const path = call.getPath();
  return {
    method: 'POST',
    path,
    route: path,
    get headers() {
      const texts = Object.entries(call.metadata.getMap()).filter(([, value]) => typeof value === 'string');
      return Object.fromEntries(texts) as HttpRequestInfo['headers'];
    },
  };
}

/** Who wants to know how a call goes on. */
export interface CallListener {
  failed(error: unknown): void;
  end(code: number): void;
}

/**
 * Follows a call to its status. That is the one sent, whoever sends it: the handler, gRPC when an answer cannot be
 * serialised or the deadline has passed. A client that went away is never sent any.
 */
export function followCall(call: ServerCall, listener: CallListener): void {
  const sender = call.call;
  const startedAt = Date.now();
  const sendStatus = sender.sendStatus.bind(sender);
  sender.sendStatus = (status) => {
    listener.end(status.code);
    sendStatus(status);
  };
  // Errors of streams; the monitor does not count as a handler.
  call.once(errorMonitor, (error: unknown) => listener.failed(error));
  // Comes after every end, and alone when the client is gone.
  call.once('cancelled', () =>
    listener.end(isOverdue(call, startedAt) ? GRPC_DEADLINE_EXCEEDED : GRPC_CANCELLED),
  );
}

/**
 * Whether a call that the client gave up has run out of time. The client's clock started when it sent the call, so it gives
 * up a little before the deadline has passed here.
 */
function isOverdue(call: ServerCall, startedAt: number): boolean {
  const deadline = Number(call.getDeadline());
  const tolerance = Math.min((deadline - startedAt) / 10, MAX_TOLERANCE_MILLIS);
  return Date.now() >= deadline - tolerance;
}
