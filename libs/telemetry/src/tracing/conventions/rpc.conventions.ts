import type { Attributes } from '@opentelemetry/api';
import { RPC_METHOD, RPC_SYSTEM_NAME, SERVER_ADDRESS, SERVER_PORT } from '../../semconv.js';
import { errorType } from '../error-recording.js';

/** A remote procedure call, as either side knows it. */
export interface RpcCall {
  /** `rpc.system.name`, e.g. `grpc`. */
  readonly system: string;
  /** Full name of what is called, one of few: `shop.UserService/GetUser`, or the pattern of a Nest handler. */
  readonly method: string;
  /** Where the server is. */
  readonly address?: string | undefined;
  readonly port?: number | undefined;
}

/** Name and low-cardinality attributes of the span and the metric of a call; the same for both sides. */
export interface RpcSpan {
  readonly name: string;
  readonly low: Attributes;
}

/** `rpc.system.name` of calls between Nest microservices that speak Nest's own protocol. */
export const NEST_RPC = 'nestjs';

/** A span of one call, named by its method. */
export function rpcSpan({ system, method, address, port }: RpcCall): RpcSpan {
  const low: Attributes = { [RPC_SYSTEM_NAME]: system, [RPC_METHOD]: method };
  if (address !== undefined) low[SERVER_ADDRESS] = address;
  if (port !== undefined) low[SERVER_PORT] = port;
  return { name: method, low };
}

/** What a peer may send as an error, and what `RpcException` holds: anything, mostly an object of these. */
interface PlainFault {
  readonly code?: unknown;
  readonly status?: unknown;
  readonly statusCode?: unknown;
}

/** A fault in the form it travels in: of an `RpcException` what it was made with, of anything else the thing itself. */
function faultOf(error: unknown): unknown {
  const { getError } = (error ?? {}) as { getError?: unknown };
  return typeof getError === 'function' ? (getError.call(error) as unknown) : error;
}

/** The HTTP-like status that services give their faults by custom, e.g. `new RpcException({ status: 404 })`. */
function statusOf(fault: unknown): number | undefined {
  if (typeof fault !== 'object' || fault === null) return undefined;
  const { status, statusCode } = fault as PlainFault;
  const number = typeof status === 'number' ? status : statusCode;
  return typeof number === 'number' && number >= 100 && number <= 599 ? Math.trunc(number) : undefined;
}

/**
 * `error.type` of a failed call between Nest services: the string `code` of the fault, its HTTP-like status, or the class
 * of the error. Errors that arrive from another service are plain objects and texts, which have no class worth telling.
 */
export function rpcErrorType(error: unknown): string {
  const fault = faultOf(error);
  if (typeof fault === 'object' && fault !== null) {
    const { code } = fault as PlainFault;
    if (typeof code === 'string' && code !== '') return code.slice(0, 64);
  }
  const status = statusOf(fault);
  if (status !== undefined) return String(status);
  const type = errorType(error);
  return type === 'Object' || type === 'string' ? '_OTHER' : type;
}

/**
 * Whether the caller is at fault and not the service that answers: an `RpcException` with a status from 400 to 499, which
 * is the same rule as for HTTP.
 */
export function isCallersFault(error: unknown): boolean {
  const fault = faultOf(error);
  if (fault === error) return false;
  const status = statusOf(fault);
  return status !== undefined && status >= 400 && status < 500;
}
