import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttp2Server, type ServerHttp2Stream } from 'node:http2';
import type { Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { decodeTraces, encodeExportResponse, type SpanData } from '@nest-telemetry/otlp';
import { unusedPort } from '../../tools/start/ports.ts';

/** What a collector does with one request. */
export type Action =
  | { readonly do: 'take' }
  /** Takes all but so many records. */
  | { readonly do: 'partial'; readonly rejected: number }
  | { readonly do: 'refuse'; readonly status: number; readonly retryAfter?: string }
  /** Cuts the connection, before or after the records were taken. */
  | { readonly do: 'reset'; readonly taken: boolean }
  | { readonly do: 'hang' }
  | { readonly do: 'slow'; readonly millis: number }
  /** Begins an answer that never ends. */
  | { readonly do: 'trickle' };

export type Protocol = 'http/protobuf' | 'grpc';

/** gRPC says the same with other numbers. */
const GRPC_STATUS: Readonly<Record<number, number>> = {
  400: 3,
  401: 16,
  429: 14,
  502: 14,
  503: 14,
  504: 4,
  500: 13,
};
const GRPC_HEADERS = { ':status': 200, 'content-type': 'application/grpc+proto' };
const PREFIX = 5;

/** A collector that misbehaves on request, and knows what it took. */
export class Collector implements AsyncDisposable {
  /** How often each span was taken, by name. */
  readonly taken = new Map<string, number>();
  /** Traces with spans whose process died while they were open. */
  readonly interrupted = new Set<string>();
  /** Traces with any span. */
  readonly traces = new Set<string>();
  /** Spans that were refused for good at least once. */
  readonly refused = new Set<string>();
  /** Requests that came before the time that an answer had asked for. */
  readonly early: string[] = [];
  requests = 0;
  behave: (names: readonly string[]) => Action = () => ({ do: 'take' });
  readonly #protocol: Protocol;
  #server: Server | ReturnType<typeof createHttp2Server> | undefined;
  readonly #sockets = new Set<Socket>();
  #port = 0;
  #notBefore = 0;

  constructor(protocol: Protocol = 'http/protobuf') {
    this.#protocol = protocol;
  }

  /** Without a path, for `endpoint`. */
  get endpoint(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}${this.#protocol === 'grpc' ? '' : '/v1/traces'}`;
  }

  /** Number of times a span was taken more than once. */
  get duplicates(): number {
    return [...this.taken.values()].reduce((sum, times) => sum + times - 1, 0);
  }

  /** Starts to listen, always at the same address. */
  async start(): Promise<this> {
    const server = this.#protocol === 'grpc' ? this.#grpcServer() : this.#httpServer();
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => this.#sockets.delete(socket));
    });
    this.#server = server;
    this.#port ||= await unusedPort();
    server.listen(this.#port, '127.0.0.1');
    await once(server, 'listening');
    return this;
  }

  /** Stops to listen, with what is under way. */
  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    for (const socket of this.#sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  #decide(message: Buffer): { action: Action; names: string[] } {
    this.requests += 1;
    const spans = decodeTraces(message).resourceSpans.flatMap(({ scopeSpans }) =>
      scopeSpans.flatMap((scope) => scope.spans),
    );
    const names = spans.map(nameOf);
    if (Date.now() < this.#notBefore) this.early.push(`${this.#notBefore - Date.now()} ms`);
    const action = this.behave(names);
    if (action.do === 'take') {
      for (const span of spans) {
        this.traces.add(span.traceId);
        if (isInterrupted(span)) this.interrupted.add(span.traceId);
      }
    }
    if (action.do === 'take' || action.do === 'slow' || (action.do === 'reset' && action.taken))
      this.#take(names);
    if (action.do === 'partial') {
      this.#take(names.slice(action.rejected));
      for (const name of names.slice(0, action.rejected)) this.refused.add(name);
    }
    if (action.do === 'refuse') {
      this.#notBefore = retryTime(action.retryAfter, this.#protocol);
      if (![429, 502, 503, 504].includes(action.status)) for (const name of names) this.refused.add(name);
    }
    return { action, names };
  }

  #take(names: readonly string[]): void {
    for (const name of names) this.taken.set(name, (this.taken.get(name) ?? 0) + 1);
  }

  #httpServer(): Server {
    return createServer((request, response) => {
      buffer(request).then(
        (body) => {
          // Metrics and log records are always welcome.
          if (/\/v1\/(metrics|logs)$/.test(request.url ?? '')) {
            response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
            return;
          }
          const isCompressed = request.headers['content-encoding'] === 'gzip';
          const { action, names } = this.#decide(isCompressed ? gunzipSync(body) : body);
          answerHttp(action, names, response);
        },
        () => undefined,
      );
    });
  }

  #grpcServer(): ReturnType<typeof createHttp2Server> {
    const server = createHttp2Server();
    server.on('stream', (stream) => {
      stream.on('error', () => undefined);
      buffer(stream).then(
        (body) => {
          const { action, names } = this.#decide(gunzipSync(body.subarray(PREFIX)));
          answerGrpc(action, names, stream as ServerHttp2Stream);
        },
        () => undefined,
      );
    });
    return server;
  }
}

/** Server spans are called as all others of their route, so it is their path that tells them apart. */
function nameOf({ name, attributes }: SpanData): string {
  if (!name.startsWith('GET ')) return name;
  return attributes.find(({ key }) => key === 'url.path')?.value?.stringValue ?? name;
}

function isInterrupted({ attributes }: SpanData): boolean {
  return attributes.some(({ key }) => key === 'nest_telemetry.interrupted');
}

function answerHttp(action: Action, names: readonly string[], response: ServerResponse): void {
  response.on('error', () => undefined);
  const take = (rejected = 0): void => {
    response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end(partial(rejected, names));
  };
  switch (action.do) {
    case 'take':
      take();
      break;
    case 'partial':
      take(action.rejected);
      break;
    case 'refuse':
      response
        .writeHead(action.status, action.retryAfter === undefined ? {} : { 'retry-after': action.retryAfter })
        .end('not today');
      break;
    case 'reset':
      response.socket?.resetAndDestroy();
      break;
    case 'slow':
      setTimeout(take, action.millis);
      break;
    case 'trickle':
      response.writeHead(200, { 'content-type': 'application/x-protobuf', 'content-length': '100000' });
      drip(response, () => response.write('\0'));
      break;
    default:
  }
}

function answerGrpc(action: Action, names: readonly string[], stream: ServerHttp2Stream): void {
  if (stream.destroyed) return;
  const take = (rejected = 0): void => {
    if (stream.destroyed) return;
    stream.respond(GRPC_HEADERS, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    const message = partial(rejected, names);
    const prefix = Buffer.alloc(PREFIX);
    prefix.writeUInt32BE(message.length, 1);
    stream.end(Buffer.concat([prefix, message]));
  };
  switch (action.do) {
    case 'take':
      take();
      break;
    case 'partial':
      take(action.rejected);
      break;
    case 'refuse': {
      const status = String(GRPC_STATUS[action.status] ?? 2);
      const details = retryInfo(action.retryAfter);
      stream.respond(
        { ...GRPC_HEADERS, 'grpc-status': status, 'grpc-message': 'not today', ...details },
        { endStream: true },
      );
      break;
    }
    case 'reset':
      stream.session?.destroy();
      break;
    case 'slow':
      setTimeout(take, action.millis);
      break;
    case 'trickle':
      stream.respond(GRPC_HEADERS);
      stream.write(Buffer.from([0, 0, 1, 0, 0]));
      drip(stream, () => stream.write('\0'));
      break;
    default:
  }
}

function partial(rejected: number, names: readonly string[]): Uint8Array {
  if (rejected === 0) return encodeExportResponse('traces');
  const count = BigInt(Math.min(rejected, names.length));
  return encodeExportResponse('traces', { rejected: count, errorMessage: 'some are wrong' });
}

function drip(stream: { once(event: 'close', listener: () => void): unknown }, write: () => void): void {
  const timer = setInterval(write, 20);
  stream.once('close', () => clearInterval(timer));
}

/** When a client may come back; gRPC knows no dates, and what cannot be read was not said. */
function retryTime(retryAfter: string | undefined, protocol: Protocol): number {
  const seconds = Number(retryAfter);
  if (!Number.isNaN(seconds)) return Date.now() + Math.max(0, seconds) * 1000;
  return protocol === 'grpc' ? 0 : Date.parse(retryAfter ?? '') || 0;
}

/** A google.rpc.Status with a RetryInfo, as gRPC carries it. */
function retryInfo(retryAfter: string | undefined): Record<string, string> {
  const seconds = Number(retryAfter);
  if (retryAfter === undefined || !(seconds >= 0)) return {};
  const field = (number: number, value: Buffer): Buffer =>
    Buffer.concat([Buffer.from([number * 8 + 2, value.length]), value]);
  const info = field(1, Buffer.from([8, seconds]));
  const any = Buffer.concat([
    field(1, Buffer.from('type.googleapis.com/google.rpc.RetryInfo')),
    field(2, info),
  ]);
  return { 'grpc-status-details-bin': field(3, any).toString('base64') };
}
