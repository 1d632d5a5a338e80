import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { decodeSpans, type ExportTraceRequest } from './otlp-json.ts';
import { LOOPBACK } from './ports.ts';
import type { TreeSpan } from './trace.model.ts';

/** What is done with what arrives. */
export interface CollectorOptions {
  readonly onSpans: (spans: readonly TreeSpan[]) => void;
  /** Every request as it came; the sender's answer waits for it. */
  readonly onRequest?: (path: string, body: Uint8Array) => Promise<void>;
}

/** A receiver for OTLP over HTTP; keeps spans and takes other signals without looking at them. */
export class Collector implements AsyncDisposable {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(options: CollectorOptions): Promise<Collector> {
    const server = createServer((request, response) => {
      receive(request, options).then(
        () => response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end(),
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

async function receive(request: IncomingMessage, { onSpans, onRequest }: CollectorOptions): Promise<void> {
  const body = await buffer(request);
  const path = request.url ?? '';
  await onRequest?.(path, body);
  if (path !== '/v1/traces') return;
  // Not before: the demonstration builds it.
  const { decodeTraces, encodeTracesDataJson } = await import('@nest-telemetry/otlp');
  onSpans(
    decodeSpans(
      JSON.parse(Buffer.from(encodeTracesDataJson(decodeTraces(body))).toString()) as ExportTraceRequest,
    ),
  );
}
