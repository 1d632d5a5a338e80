import { encodeExportResponse, encodeExportResponseJson, type Signal } from '@nest-telemetry/otlp';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { IngestRequest, IngestResult } from '../store/store.js';
import { Share } from './byte.budget.js';
import {
  type Ingest,
  partialSuccess,
  RECEIVER_DEFAULTS,
  type ReceiverOptions,
  type Refusal,
  refusalOf,
  REJECTED,
} from './ingest.js';
import { MOST_BYTES, readBody } from './request.body.js';
import { encodeRpcStatus, rpcStatusJson } from './rpc.status.js';

const PATHS: ReadonlyMap<string, Signal> = new Map([
  ['/v1/traces', 'traces'],
  ['/v1/logs', 'logs'],
  ['/v1/metrics', 'metrics'],
]);
const ENCODINGS: ReadonlyMap<string, IngestRequest['encoding']> = new Map([
  ['application/x-protobuf', 'protobuf'],
  ['application/json', 'json'],
]);
const STATUS: Readonly<Record<Refusal['kind'], number>> = {
  malformed: 400,
  'too-large': 413,
  'too-slow': 408,
  'unknown-encoding': 415,
  busy: 429,
  failed: 503,
};
/** Codes of google.rpc.Status, which errors are told with. */
const RPC_INVALID_ARGUMENT = 3;
const RPC_UNAVAILABLE = 14;
/** Of a machine's own programs; each has a handful at most. */
const MOST_CONNECTIONS = 1000;

/**
 * OTLP over HTTP, both encodings (OTLP specification, "OTLP/HTTP"): takes telemetry and tells nothing. Only the two
 * content types of OTLP are taken, none of which a page of another origin can send without being asked first.
 */
export function otlpHttpServer(
  ingest: Ingest,
  { slowestBodyMillis }: ReceiverOptions = RECEIVER_DEFAULTS,
): Server {
  const server = createServer(
    {
      requestTimeout: slowestBodyMillis,
      headersTimeout: slowestBodyMillis,
      connectionsCheckingInterval: Math.min(1000, slowestBodyMillis),
    },
    (request, response) => void serve(ingest, request, response, slowestBodyMillis),
  );
  server.maxConnections = MOST_CONNECTIONS;
  return server;
}

async function serve(
  ingest: Ingest,
  request: IncomingMessage,
  response: ServerResponse,
  withinMillis: number,
): Promise<void> {
  const signal = PATHS.get((request.url ?? '').split('?', 1)[0] ?? '');
  if (signal === undefined)
    return refuse(response, 404, 'json', unwanted('Send to /v1/traces, /v1/logs or /v1/metrics.'));
  if (request.method !== 'POST') {
    response.setHeader('Allow', 'POST');
    return refuse(response, 405, 'json', unwanted('OTLP is sent with POST.'));
  }
  const [type = ''] = (request.headers['content-type'] ?? '').split(';', 1);
  const encoding = ENCODINGS.get(type.trim().toLowerCase());
  if (encoding === undefined)
    return refuse(response, 415, 'json', unwanted('Send application/x-protobuf or application/json.'));
  if (Number(request.headers['content-length'] ?? 0) > MOST_BYTES)
    return refuse(response, 413, encoding, unwanted(`A request may have ${MOST_BYTES} bytes.`));
  using share = new Share(ingest.budget);
  try {
    const bytes = await readBody(request, {
      encoding: request.headers['content-encoding'],
      share,
      withinMillis,
    });
    accept(response, signal, encoding, await ingest.take({ signal, encoding, bytes }));
  } catch (error) {
    const refusal = refusalOf(error);
    refuse(response, STATUS[refusal.kind], encoding, refusal);
  }
}

function unwanted(message: string): Refusal {
  return { kind: 'malformed', message, retryAfterSeconds: undefined };
}

function accept(
  response: ServerResponse,
  signal: Signal,
  encoding: IngestRequest['encoding'],
  result: IngestResult,
): void {
  const encode = encoding === 'json' ? encodeExportResponseJson : encodeExportResponse;
  send(response, 200, encoding, encode(signal, partialSuccess(result, REJECTED[signal])));
}

function refuse(
  response: ServerResponse,
  status: number,
  encoding: IngestRequest['encoding'],
  { message, retryAfterSeconds }: Refusal,
): void {
  const code = retryAfterSeconds === undefined ? RPC_INVALID_ARGUMENT : RPC_UNAVAILABLE;
  const encode = encoding === 'json' ? rpcStatusJson : encodeRpcStatus;
  if (retryAfterSeconds !== undefined) response.setHeader('Retry-After', String(retryAfterSeconds));
  // What is left of a body that is not read must not be taken for the next request.
  response.setHeader('Connection', 'close');
  send(response, status, encoding, encode({ code, message, retryAfterSeconds }));
}

function send(
  response: ServerResponse,
  status: number,
  encoding: IngestRequest['encoding'],
  body: Uint8Array,
): void {
  if (response.destroyed || response.headersSent) return;
  response.writeHead(status, {
    'Content-Type': encoding === 'json' ? 'application/json' : 'application/x-protobuf',
    'Content-Length': body.byteLength,
    'X-Content-Type-Options': 'nosniff',
  });
  response.end(body);
}
