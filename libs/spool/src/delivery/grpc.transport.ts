import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from 'node:http2';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { reasonOf, safeText } from '../spool.events.js';
import { type Answer, readHttpAnswer, readTaken } from './answer.js';
import { GRPC_OK, readGrpcFailure } from './grpc.status.js';
import type { Transport, TransportSettings } from './transport.js';

const compress = promisify(gzip);
const LEVEL = 1;
/** Before each message: whether it is compressed, and its length. */
const PREFIX = 5;
const LARGEST_ANSWER = 4 << 20;

const METHODS = {
  traces: '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
  logs: '/opentelemetry.proto.collector.logs.v1.LogsService/Export',
  metrics: '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export',
} as const;

/** OTLP over gRPC: a unary call is one HTTP/2 stream, which Node can do alone. */
export class GrpcTransport implements Transport {
  readonly #settings: TransportSettings;
  #session: ClientHttp2Session | undefined;
  #closed = false;

  constructor(settings: TransportSettings) {
    this.#settings = settings;
  }

  async send(request: Uint8Array): Promise<Answer> {
    const isCompressed = this.#settings.destination.compression === 'gzip';
    try {
      return await this.#call(
        frame(isCompressed ? await compress(request, { level: LEVEL }) : request, isCompressed),
      );
    } catch (error) {
      // What came in the way may have left the connection in any state.
      this.#session?.destroy();
      return { kind: 'later', reason: reasonOf(error) };
    }
  }

  close(): void {
    this.#closed = true;
    this.#session?.destroy();
  }

  #call(message: Uint8Array): Promise<Answer> {
    const { signal, destination, holdsProcess } = this.#settings;
    const { headers, compression, timeoutMillis } = destination;
    return new Promise((resolve, reject) => {
      if (this.#closed) throw new Error('closed');
      const session = this.#connect(reject);
      const stream = session.request({
        'user-agent': 'nest-telemetry-spool',
        ...lowerCased(headers),
        [constants.HTTP2_HEADER_METHOD]: 'POST',
        [constants.HTTP2_HEADER_PATH]: METHODS[signal],
        'content-type': 'application/grpc+proto',
        te: 'trailers',
        'grpc-timeout': `${Math.ceil(timeoutMillis)}m`,
        ...(compression === 'gzip' && { 'grpc-encoding': 'gzip' }),
      });
      const deadline = setTimeout(() => {
        reject(new Error(`no complete answer within ${timeoutMillis} ms`));
        session.destroy();
      }, timeoutMillis);
      if (!holdsProcess) deadline.unref();
      stream.on('close', () => {
        clearTimeout(deadline);
        reject(new Error('the call was closed before the answer was complete'));
      });
      stream.on('error', reject);
      this.#listen(stream, resolve, reject);
      stream.end(message);
    });
  }

  #listen(
    stream: ClientHttp2Stream,
    resolve: (answer: Answer) => void,
    reject: (error: Error) => void,
  ): void {
    const { signal } = this.#settings;
    const chunks: Buffer[] = [];
    let size = 0;
    let status = 0;
    let fields: Record<string, string | string[] | undefined> = {};
    const keep = (received: object): void => {
      fields = { ...fields, ...(received as typeof fields) };
    };
    stream.on('response', (received) => {
      status = Number(received[constants.HTTP2_HEADER_STATUS]);
      keep(received);
    });
    stream.on('trailers', keep);
    stream.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= LARGEST_ANSWER) chunks.push(chunk);
      else reject(new Error('the answer is longer than 4 MiB'));
    });
    stream.on('end', () => {
      const body = Buffer.concat(chunks);
      const code = Number(fields['grpc-status'] ?? Number.NaN);
      if (code === GRPC_OK) resolve(readTaken(signal, body.subarray(PREFIX), false));
      // A connection that was cut also ends the stream, before there was an answer or in the middle of it.
      else if (Number.isNaN(code) && (status === 0 || status === 200))
        reject(new Error('the answer has no grpc-status'));
      else if (Number.isNaN(code)) resolve(readHttpAnswer(signal, { status, headers: fields, body }));
      else
        resolve(
          readGrpcFailure(code, safeText(fields['grpc-message'] ?? ''), fields['grpc-status-details-bin']),
        );
    });
  }

  #connect(reject: (error: Error) => void): ClientHttp2Session {
    const known = this.#session;
    if (known !== undefined && !known.closed && !known.destroyed) return known;
    const { url, tls } = this.#settings.destination;
    const session = connect(new URL(url).origin, tls);
    this.#session = session;
    // A session that fails between two calls is replaced by the next.
    session.on('error', () => undefined);
    session.once('error', reject);
    session.once('goaway', () => session.close());
    if (!this.#settings.holdsProcess) session.unref();
    return session;
  }
}

function frame(message: Uint8Array, isCompressed: boolean): Uint8Array {
  const framed = Buffer.allocUnsafe(PREFIX + message.length);
  framed[0] = isCompressed ? 1 : 0;
  framed.writeUInt32BE(message.length, 1);
  framed.set(message, PREFIX);
  return framed;
}

/** HTTP/2 knows no others. */
function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
