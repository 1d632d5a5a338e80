import { encodeExportResponse, type Signal } from '@nest-telemetry/otlp';
import {
  constants,
  createServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2';
import { Readable } from 'node:stream';
import { DashboardError } from '../dashboard.errors.js';
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
import { type BodyOptions, MOST_BYTES, readBody } from './request.body.js';
import { encodeRpcStatus } from './rpc.status.js';

const PATHS: Readonly<Record<string, Signal>> = {
  '/opentelemetry.proto.collector.trace.v1.TraceService/Export': 'traces',
  '/opentelemetry.proto.collector.logs.v1.LogsService/Export': 'logs',
  '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export': 'metrics',
};
/** Status codes of gRPC. */
const OK = 0;
const INVALID_ARGUMENT = 3;
const UNIMPLEMENTED = 12;
const UNAVAILABLE = 14;
/** What a sender may try again gets a status of which OTLP says that it may. */
const STATUS: Readonly<Record<Refusal['kind'], number>> = {
  malformed: INVALID_ARGUMENT,
  'too-large': INVALID_ARGUMENT,
  'too-slow': INVALID_ARGUMENT,
  'unknown-encoding': UNIMPLEMENTED,
  busy: UNAVAILABLE,
  failed: UNAVAILABLE,
};
/** A flag and a length go ahead of each message. */
const PREFIX_BYTES = 5;
const ABANDONED_MILLIS = 500;
const IDLE_MILLIS = 10 * 60_000;

const MOST_CONNECTIONS = 1000;

/** OTLP over gRPC, without TLS: one unary method for each signal, which HTTP/2 is enough for. */
export function otlpGrpcServer(
  ingest: Ingest,
  { slowestBodyMillis }: ReceiverOptions = RECEIVER_DEFAULTS,
): Http2Server {
  const server = createServer({ maxSessionMemory: 64, settings: { maxConcurrentStreams: 100 } });
  server.maxConnections = MOST_CONNECTIONS;
  server.on('stream', (stream: ServerHttp2Stream, headers) => {
    stream.on('error', () => stream.close(constants.NGHTTP2_INTERNAL_ERROR));
    // Whoever is gone meanwhile gets no answer.
    serve(ingest, stream, headers, slowestBodyMillis).catch(() => stream.destroy());
  });
  server.on('session', (session) => {
    session.setTimeout(IDLE_MILLIS, () => session.close());
    session.on('error', () => session.destroy());
  });
  return server;
}

async function serve(
  ingest: Ingest,
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  withinMillis: number,
): Promise<void> {
  const path = String(headers[':path']);
  const signal = Object.hasOwn(PATHS, path) ? PATHS[path] : undefined;
  if (headers[':method'] !== 'POST' || !headers['content-type']?.startsWith('application/grpc')) {
    stream.respond({ ':status': 415 }, { endStream: true });
    return abandon(stream);
  }
  if (signal === undefined) {
    end(stream, UNIMPLEMENTED, `There is no ${path.slice(0, 100)}.`, undefined);
    return abandon(stream);
  }
  using share = new Share(ingest.budget);
  try {
    const frame = await readBody(stream, { encoding: undefined, share, withinMillis });
    const bytes = await messageOf(frame, {
      encoding: headers['grpc-encoding'] as string | undefined,
      share,
      withinMillis,
    });
    const result = await ingest.take({ signal, encoding: 'protobuf', bytes });
    reply(stream, encodeExportResponse(signal, partialSuccess(result, REJECTED[signal])));
  } catch (error) {
    const { kind, message, retryAfterSeconds } = refusalOf(error);
    end(stream, STATUS[kind], message, retryAfterSeconds);
    abandon(stream);
  }
}

async function messageOf(frame: Uint8Array, options: BodyOptions): Promise<Uint8Array> {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  if (frame.byteLength < PREFIX_BYTES || view.getUint32(1) !== frame.byteLength - PREFIX_BYTES)
    throw new DashboardError('ND_BODY_MALFORMED', 'Not one whole gRPC message.');
  const message = frame.subarray(PREFIX_BYTES);
  if (view.getUint8(0) === 0) return message;
  if (message.byteLength > MOST_BYTES)
    throw new DashboardError('ND_BODY_TOO_LARGE', 'The message is too large.');
  return readBody(Readable.from([message]), { ...options, encoding: options.encoding ?? 'gzip' });
}

/** Nobody reads what is still to come of this request. */
function abandon(stream: ServerHttp2Stream): void {
  if (stream.destroyed || stream.readableEnded) return;
  // Closed at once, the answer would not be sent.
  stream.resume();
  const timer = setTimeout(() => stream.close(constants.NGHTTP2_NO_ERROR), ABANDONED_MILLIS).unref();
  stream.once('close', () => clearTimeout(timer));
}

function reply(stream: ServerHttp2Stream, message: Uint8Array): void {
  if (stream.destroyed) return;
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
  stream.once('wantTrailers', () => stream.sendTrailers({ 'grpc-status': String(OK) }));
  const frame = Buffer.alloc(PREFIX_BYTES + message.byteLength);
  frame.writeUInt32BE(message.byteLength, 1);
  frame.set(message, PREFIX_BYTES);
  stream.end(frame);
}

/** A status without a message: headers and trailers in one. */
function end(
  stream: ServerHttp2Stream,
  code: number,
  message: string,
  retryAfterSeconds: number | undefined,
): void {
  if (stream.destroyed) return;
  const details = encodeRpcStatus({ code, message, retryAfterSeconds });
  stream.respond(
    {
      ':status': 200,
      'content-type': 'application/grpc',
      'grpc-status': String(code),
      'grpc-message': encodeURIComponent(Buffer.from(message).toString('utf8')),
      'grpc-status-details-bin': Buffer.from(details).toString('base64'),
      'grpc-accept-encoding': 'identity,gzip,deflate',
    },
    { endStream: true },
  );
}
