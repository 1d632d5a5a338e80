// A collector that accepts everything and counts spans: the proof that a variant really exported what it should.
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { eachSpan } from './otlp-spans.ts';

/** What arrived at the sink since it was last asked. */
export interface SinkReport {
  readonly port: number;
  readonly spans: number;
  /** Finished spans by `kind name`, e.g. `server GET /users/:id`. */
  readonly names: Readonly<Record<string, number>>;
  /** OTLP requests of any signal. */
  readonly requests: number;
}

let names: Record<string, number> = {};
let spans = 0;
let requests = 0;

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  return Buffer.concat(await request.toArray());
}

const server = createServer((request, response) => {
  void bodyOf(request).then((body) => {
    requests += 1;
    if (request.url === '/v1/traces') {
      eachSpan(body, (span) => {
        spans += 1;
        names[span] = (names[span] ?? 0) + 1;
      });
    }
    response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
  });
});

function report(): void {
  const { port } = server.address() as AddressInfo;
  process.send?.({ port, spans, names, requests } satisfies SinkReport);
}

// 'take' starts the count anew, anything else only reads it.
process.on('message', (message) => {
  report();
  if (message !== 'take') return;
  names = {};
  spans = 0;
  requests = 0;
});
process.on('disconnect', () => process.exit(0));
// An exporter is idle while others are measured. One whose connection was closed meanwhile sends again a second later,
// when its spans would be counted as another's.
server.keepAliveTimeout = 10 * 60_000;
server.listen(0, '127.0.0.1', report);
