import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { decodeSpans, type ExportTraceRequest } from './otlp-json.ts';
import { LOOPBACK } from './ports.ts';
import type { TreeSpan } from './trace.model.ts';

/** A receiver for OTLP over HTTP in its JSON encoding; keeps spans and takes other signals without looking at them. */
export class Collector implements AsyncDisposable {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(onSpans: (spans: readonly TreeSpan[]) => void): Promise<Collector> {
    const server = createServer((request, response) => {
      receive(request, onSpans).then(
        () => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'),
        (error: unknown) => response.writeHead(400).end(String(error)),
      );
    });
    server.listen(0, LOOPBACK);
    await once(server, 'listening');
    return new Collector(server);
  }

  /** Value for `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  get endpoint(): string {
    return `http://${LOOPBACK}:${(this.#server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }
}

async function receive(
  request: IncomingMessage,
  onSpans: (spans: readonly TreeSpan[]) => void,
): Promise<void> {
  const body = await json(request);
  if (request.url === '/v1/traces') onSpans(decodeSpans(body as ExportTraceRequest));
}
