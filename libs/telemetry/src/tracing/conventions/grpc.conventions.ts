import type { Attributes } from '@opentelemetry/api';
import {
  CLIENT_ADDRESS,
  ERROR_TYPE,
  NETWORK_PEER_ADDRESS,
  NETWORK_PEER_PORT,
  RPC_METHOD,
  RPC_STATUS_CODE,
  RPC_SYSTEM_NAME,
  SERVER_ADDRESS,
  SERVER_PORT,
} from '../../semconv.js';

/** Name and attributes of a gRPC span. Metrics only ever see `low`. */
export interface GrpcSpan {
  readonly name: string;
  readonly low: Attributes;
  readonly high: Attributes;
}

/** Which end of a call a span is about: not every status is a fault of both. */
export type GrpcSide = 'client' | 'server';

/** The codes of gRPC, by number. */
const CODES = [
  'OK',
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
] as const;

const OK = 0;
export const GRPC_CANCELLED = 1;
export const GRPC_UNKNOWN = 2;
export const GRPC_DEADLINE_EXCEEDED = 4;

/** What a server is to blame for; of the others the caller is the cause. */
const SERVER_FAULTS: ReadonlySet<string> = new Set([
  'UNKNOWN',
  'DEADLINE_EXCEEDED',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
]);

/** Other codes are not gRPC's and may be any number, so they are one. */
function codeName(code: number): string {
  return CODES[code] ?? '_OTHER';
}

/** How a call ended. */
export interface GrpcOutcome {
  readonly isError: boolean;
  /** Attributes with few distinct values, for span and metric. */
  readonly low: Attributes;
}

/** What a status means on one side of the call. */
export function grpcOutcome(side: GrpcSide, code: number): GrpcOutcome {
  const name = codeName(code);
  const isError = side === 'server' ? !isHarmlessToServer(name) : code !== OK;
  const low: Attributes = { [RPC_STATUS_CODE]: name };
  if (isError) low[ERROR_TYPE] = name;
  return { isError, low };
}

function isHarmlessToServer(name: string): boolean {
  return name !== '_OTHER' && !SERVER_FAULTS.has(name);
}

/** A call as the server sees it. */
export interface GrpcServerCall {
  /** Path of a method the server has, e.g. `/shop.v1.Users/GetUser`. */
  readonly path: string;
  /** The `:authority` the client sent. */
  readonly authority?: string | undefined;
  /** Address and port the call came from. */
  readonly peer?: string | undefined;
}

/** A server span, named by the method. */
export function grpcServerSpan({ path, authority, peer }: GrpcServerCall): GrpcSpan {
  const low = methodOf(path);
  return {
    name: String(low[RPC_METHOD]),
    low,
    get high() {
      const high: Attributes = {};
      // The client chooses it, so it is not fit for metrics.
      const server = splitAddress(authority);
      if (server !== undefined) Object.assign(high, serverAddress(server));
      const client = splitAddress(peer);
      if (client === undefined) return high;
      high[CLIENT_ADDRESS] = client.address;
      high[NETWORK_PEER_ADDRESS] = client.address;
      if (client.port !== undefined) high[NETWORK_PEER_PORT] = client.port;
      return high;
    },
  };
}

/** A call that this process makes. */
export interface GrpcClientCall {
  readonly path: string;
  /** Where it goes to; see {@link grpcTarget}. */
  readonly server?: GrpcAddress | undefined;
}

/** A client span, named by the method. */
export function grpcClientSpan({ path, server }: GrpcClientCall): GrpcSpan {
  const low = methodOf(path);
  if (server !== undefined) Object.assign(low, serverAddress(server));
  return { name: String(low[RPC_METHOD]), low, high: {} };
}

/** Where a server is. */
export interface GrpcAddress {
  readonly address: string;
  readonly port?: number | undefined;
}

const SCHEME = /^([a-z][a-z0-9+.-]*):(?:\/\/[^/]*\/)?/i;

/**
 * The server behind the target of a channel: `dns:users:50051`, `ipv4:10.0.0.1:80`, `unix:/run/users.sock`. Several
 * addresses are instances of one server, and the first stands for all.
 */
export function grpcTarget(target: string): GrpcAddress | undefined {
  const scheme = SCHEME.exec(target);
  if (scheme?.[1]?.startsWith('unix')) return { address: target.slice(target.indexOf(':') + 1) };
  // `users:50051` has no scheme, but looks as if its host were one.
  const rest =
    scheme === null || /^\d+$/.test(target.slice(scheme[0].length)) ? target : target.slice(scheme[0].length);
  return splitAddress(rest.split(',')[0]);
}

function methodOf(path: string): Attributes {
  return { [RPC_SYSTEM_NAME]: 'grpc', [RPC_METHOD]: path.startsWith('/') ? path.slice(1) : path };
}

function serverAddress({ address, port }: GrpcAddress): Attributes {
  return port === undefined
    ? { [SERVER_ADDRESS]: address }
    : { [SERVER_ADDRESS]: address, [SERVER_PORT]: port };
}

function splitAddress(text: string | undefined): GrpcAddress | undefined {
  if (text === undefined || text === '' || text === 'unknown') return undefined;
  const bracketed = /^\[([^\]]+)\](?::(\d+))?$/.exec(text);
  const named = bracketed ?? /^([^:]+)(?::(\d+))?$/.exec(text);
  // `::1:50051`, as gRPC writes the peer of an IPv6 connection.
  const parts = named ?? /^(.*):(\d+)$/.exec(text);
  if (parts?.[1] === undefined) return { address: text };
  return parts[2] === undefined ? { address: parts[1] } : { address: parts[1], port: Number(parts[2]) };
}
