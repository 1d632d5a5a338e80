import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { createServer as createHttp2Server, constants, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo, Server, Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { decodeSpans, type ExportTraceRequest } from '../../tools/start/otlp-json.ts';
import { unusedPort } from '../../tools/start/ports.ts';
import type { TreeSpan } from '../../tools/start/trace.model.ts';
import { readMetricNames, readSpans, type ReceivedSpan } from './otlp-protobuf.js';

/** What a receiver does with a request: answer, refuse, never answer, or answer so slowly that it never ends. */
export type Behaviour = 'ok' | 'refuse' | 'hang' | 'trickle';

/** A request that arrived. */
export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** Without compression, and without the frame gRPC puts around it. */
  readonly body: Buffer;
}

/** A collector on loopback. */
export interface Receiver extends AsyncDisposable {
  /** For `endpoint` or `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  readonly endpoint: string;
  readonly port: number;
  readonly received: Received[];
  /** Spans that arrived as protobuf. */
  spans(): ReceivedSpan[];
  /** Spans that arrived as JSON. */
  jsonSpans(): TreeSpan[];
  /** Names of metrics that arrived as protobuf. */
  metricNames(): string[];
}

/** Receives OTLP over HTTP, or anything else that is posted. */
export async function receiveHttp(behaviour: Behaviour = 'ok'): Promise<Receiver> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    buffer(request).then(
      (body) => {
        const { url = '', headers } = request;
        const plain = headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
        received.push({ path: url, headers, body: plain });
        answer(behaviour, response);
      },
      () => undefined,
    );
  });
  return receiver(server, received);
}

function answer(behaviour: Behaviour, response: ServerResponse): void {
  response.on('error', () => undefined);
  if (behaviour === 'ok') response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  if (behaviour === 'refuse') response.writeHead(400).end('not today');
  if (behaviour !== 'trickle') return;
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000000' });
  drip(response, (bytes) => response.write(bytes));
}

/** Receives OTLP over gRPC. */
export async function receiveGrpc(behaviour: Behaviour = 'ok'): Promise<Receiver> {
  const received: Received[] = [];
  const server = createHttp2Server();
  server.on('stream', (stream, headers) => {
    stream.on('error', () => undefined);
    buffer(stream).then(
      (body) => {
        const compressed = body[0] === 1;
        const message = body.subarray(5);
        received.push({
          path: String(headers[constants.HTTP2_HEADER_PATH]),
          headers,
          body: compressed ? gunzipSync(message) : message,
        });
      },
      () => undefined,
    );
    stream.on('end', () => answerGrpc(behaviour, stream as ServerHttp2Stream));
  });
  return receiver(server, received);
}

const GRPC_HEADERS = { ':status': 200, 'content-type': 'application/grpc+proto' };
const UNAVAILABLE = '14';

function answerGrpc(behaviour: Behaviour, stream: ServerHttp2Stream): void {
  if (behaviour === 'refuse') {
    stream.respond(
      { ...GRPC_HEADERS, 'grpc-status': UNAVAILABLE, 'grpc-message': 'not today' },
      { endStream: true },
    );
  }
  if (behaviour === 'ok') {
    stream.respond(GRPC_HEADERS, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    // An empty message.
    stream.end(Buffer.alloc(5));
  }
  if (behaviour !== 'trickle') return;
  stream.respond(GRPC_HEADERS);
  // The frame of a message of 64 KiB.
  stream.write(Buffer.from([0, 0, 1, 0, 0]));
  drip(stream, (bytes) => stream.write(bytes));
}

function drip(
  stream: { once(event: 'close', listener: () => void): unknown },
  write: (bytes: Buffer) => void,
): void {
  const timer = setInterval(() => write(Buffer.from(' ')), 20);
  stream.once('close', () => clearInterval(timer));
}

async function receiver(server: Server, received: Received[]): Promise<Receiver> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const bodies = (signal: RegExp): Buffer[] =>
    received.filter(({ path }) => signal.test(path)).map(({ body }) => body);
  return {
    endpoint: `http://127.0.0.1:${port}`,
    port,
    received,
    spans: () => bodies(/trace/i).flatMap(readSpans),
    jsonSpans: () =>
      bodies(/trace/i).flatMap((body) => decodeSpans(JSON.parse(body.toString()) as ExportTraceRequest)),
    metricNames: () => bodies(/metric/i).flatMap(readMetricNames),
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** An endpoint where nobody listens. */
export async function refusedEndpoint(): Promise<string> {
  return `http://127.0.0.1:${await unusedPort()}`;
}
