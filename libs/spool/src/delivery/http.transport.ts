import { Agent as HttpAgent, type ClientRequest, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { reasonOf } from '../spool.events.js';
import { type Answer, readHttpAnswer } from './answer.js';
import type { Transport, TransportSettings } from './transport.js';

const compress = promisify(gzip);
/** The fastest level: the rest of them cost several times the CPU for a few percent. */
const LEVEL = 1;
/** Of an answer; OTLP allows a client to stop here. */
const LARGEST_ANSWER = 4 << 20;

/** OTLP over HTTP with protobuf. */
export class HttpTransport implements Transport {
  readonly #settings: TransportSettings;
  readonly #agent: HttpAgent;
  #request: ClientRequest | undefined;
  #closed = false;

  constructor(settings: TransportSettings) {
    this.#settings = settings;
    const { tls, url } = settings.destination;
    const options = { keepAlive: true, maxSockets: 1 };
    this.#agent = url.startsWith('https:') ? new HttpsAgent({ ...options, ...tls }) : new HttpAgent(options);
  }

  async send(request: Uint8Array): Promise<Answer> {
    const { compression } = this.#settings.destination;
    try {
      const body = compression === 'gzip' ? await compress(request, { level: LEVEL }) : request;
      return await this.#post(body);
    } catch (error) {
      return { kind: 'later', reason: reasonOf(error) };
    }
  }

  close(): void {
    this.#closed = true;
    this.#request?.destroy();
    this.#agent.destroy();
  }

  #post(body: Uint8Array): Promise<Answer> {
    const { signal, destination, holdsProcess } = this.#settings;
    const { url, headers, compression, timeoutMillis } = destination;
    return new Promise((resolve, reject) => {
      if (this.#closed) throw new Error('closed');
      const send = url.startsWith('https:') ? httpsRequest : httpRequest;
      const request = send(url, {
        method: 'POST',
        agent: this.#agent,
        headers: {
          'user-agent': 'nest-telemetry-spool',
          ...headers,
          'content-type': 'application/x-protobuf',
          'content-length': body.length,
          ...(compression === 'gzip' && { 'content-encoding': 'gzip' }),
        },
      });
      this.#request = request;
      // Over all of it: a server that sends a byte now and then is no reason to wait longer.
      const deadline = setTimeout(
        () => request.destroy(new Error(`no complete answer within ${timeoutMillis} ms`)),
        timeoutMillis,
      );
      if (!holdsProcess) {
        deadline.unref();
        request.on('socket', (socket) => socket.unref());
      }
      request.on('close', () => {
        clearTimeout(deadline);
        // When nothing else has: an answer that was cut off in the middle.
        reject(new Error('the connection was closed before the answer was complete'));
      });
      request.on('error', reject);
      request.on('response', (response) => {
        const chunks: Buffer[] = [];
        let size = 0;
        response.on('error', reject);
        response.on('data', (chunk: Buffer) => {
          size += chunk.length;
          if (size > LARGEST_ANSWER) request.destroy(new Error('the answer is longer than 4 MiB'));
          else chunks.push(chunk);
        });
        response.on('end', () => {
          const { statusCode = 0, headers: received } = response;
          resolve(
            readHttpAnswer(signal, { status: statusCode, headers: received, body: Buffer.concat(chunks) }),
          );
        });
      });
      request.end(body);
    });
  }
}
