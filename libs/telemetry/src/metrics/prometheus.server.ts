import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { TelemetryError } from '../telemetry.errors.js';
import { bytesOf } from './exposition/page.body.js';
import { pageRequestOf, streamOf, type PrometheusScrape } from './prometheus.scrape.js';

/** Where the own server listens. */
export interface ServerAddress {
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
}

/** The metrics page on a port of its own. Neither the server nor a connection a scraper keeps open holds the process. */
export class PrometheusServer {
  readonly #server: Server;
  #closing = false;

  constructor(
    private readonly scrape: PrometheusScrape,
    private readonly path: string,
  ) {
    this.#server = createServer((request, response) => void this.#respond(request, response));
    this.#server.on('connection', (socket) => socket.unref());
    this.#server.unref();
  }

  /** Resolves with the address that was bound; rejects with a {@link TelemetryError} when it is not available. */
  listen({ host, port }: ServerAddress): Promise<ServerAddress> {
    return new Promise((resolve, reject) => {
      const fail = (error: NodeJS.ErrnoException) => reject(listenError(error, { host, port }));
      this.#server.once('error', fail);
      this.#server.listen({ host, port }, () => {
        this.#server.off('error', fail);
        // Without a listener an error of a running server, e.g. no file descriptors left, would end the process.
        this.#server.on('error', () => {});
        const bound = this.#server.address();
        resolve({ host, port: typeof bound === 'object' && bound !== null ? bound.port : port });
      });
    });
  }

  /** Lets running scrapes finish, but cuts them off after the deadline. */
  close(deadlineMillis: number): Promise<void> {
    if (!this.#server.listening) return Promise.resolve();
    this.#closing = true;
    return new Promise((resolve) => {
      const deadline = setTimeout(() => this.#server.closeAllConnections(), deadlineMillis);
      this.#server.close(() => {
        clearTimeout(deadline);
        resolve();
      });
    });
  }

  async #respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(405, { allow: 'GET, HEAD' }).end();
      return;
    }
    // Compared as text: parsing as a URL throws on input that any client can send.
    if (request.url?.split('?', 1)[0] !== this.path) {
      response.writeHead(404).end();
      return;
    }
    const { status, headers, body } = await this.scrape.answer(pageRequestOf(request));
    // A connection kept open by a scrape that was running at closing time would hold the port.
    if (this.#closing) response.shouldKeepAlive = false;
    response.writeHead(status, { ...headers, 'content-length': bytesOf(body) });
    streamOf(body).pipe(response);
  }
}

function listenError(error: NodeJS.ErrnoException, { host, port }: ServerAddress): TelemetryError {
  if (error.code === 'EADDRINUSE') {
    return new TelemetryError('NT_METRICS_PORT_IN_USE', { port }, { cause: error });
  }
  return new TelemetryError(
    'NT_METRICS_PORT_UNAVAILABLE',
    { host, port, reason: error.message },
    { cause: error },
  );
}
