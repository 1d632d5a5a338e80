import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { decodeTraces } from '@nest-telemetry/otlp';

/** Takes spans over OTLP, as a collector does: a request it cannot decode is lost as a whole. */
export class WitnessCollector {
  readonly names: string[] = [];
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<WitnessCollector> {
    const server = createServer();
    const collector = new WitnessCollector(server);
    server.on('request', (request, response) => {
      void buffer(request).then((body) => {
        const { resourceSpans } = decodeTraces(body);
        const spans = resourceSpans.flatMap((each) => each.scopeSpans).flatMap((each) => each.spans);
        for (const { name } of spans) if (name.startsWith('witness')) collector.names.push(name);
        response.end();
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return collector;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}
