// `npm run sizing`: how many bytes a span of the two services takes on its way, for the arithmetic in docs/guides/production.md.
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { build } from '../start/build.ts';
import { placeOrder } from '../start/order.ts';
import { LOOPBACK, unusedPort } from '../start/ports.ts';
import { Progress } from '../start/progress.ts';
import { Service } from '../start/services.ts';

const ORDERS = 300;
const WARM_UP = 20;
const SETTLED_MILLIS = 4000;

const never = new AbortController().signal;
const bodies: Buffer[] = [];
const sink = createServer((request, response) => {
  buffer(request).then(
    (body) => {
      if (request.url === '/v1/traces') bodies.push(body);
      response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
    },
    () => response.destroy(),
  );
});

await build({ dashboard: false }, new Progress(process.stderr), never);
// Only now is it there for certain.
const { decodeTraces } = await import('@nest-telemetry/otlp');
await using resources = new AsyncDisposableStack();
const folder = resources.adopt(await mkdtemp(join(tmpdir(), 'nest-telemetry-sizing-')), (path) =>
  rm(path, { recursive: true, force: true }),
);
sink.listen(0, LOOPBACK);
await once(sink, 'listening');
resources.defer(() => {
  sink.close();
  sink.closeAllConnections();
});
const brokerUrl = `tcp://${LOOPBACK}:${await unusedPort()}`;
const start = async (name: string, environment: Record<string, string> = {}): Promise<Service> => {
  const service = resources.use(
    new Service({
      name,
      port: await unusedPort(),
      environment: {
        DATABASE_PATH: join(folder, `${name}.sqlite`),
        BROKER_URL: brokerUrl,
        LOG_FORMAT: 'json',
        RESTOCK_CRON: '* * * * * *',
        OTEL_EXPORTER_OTLP_ENDPOINT: `http://${LOOPBACK}:${(sink.address() as AddressInfo).port}`,
        OTEL_METRICS_EXPORTER: 'none',
        TELEMETRY_SPOOL_DIRECTORY: join(folder, `${name}.spool`),
        ...environment,
      },
      onLine: () => undefined,
    }),
  );
  await service.healthy(never);
  return service;
};
const user = await start('user');
const order = await start('order', { USER_URL: user.url });
for (let index = 0; index < WARM_UP; index++) await placeOrder(order.url, never);
await delay(SETTLED_MILLIS);
bodies.length = 0;
for (let index = 0; index < ORDERS; index++) await placeOrder(order.url, never);
await delay(SETTLED_MILLIS);

const spans = bodies.reduce((sum, body) => sum + spansOf(body), 0);
const sum = (sizeOf: (body: Buffer) => number): number =>
  bodies.reduce((total, body) => total + sizeOf(body), 0) / spans;
console.log(
  `${ORDERS} orders: ${spans} spans in ${bodies.length} batches, ${(spans / ORDERS).toFixed(1)} spans per order`,
);
console.log(
  `${sum((body) => body.length).toFixed(0)} bytes per span, ${sum((body) => gzipSync(body).length).toFixed(0)} compressed`,
);

function spansOf(body: Buffer): number {
  return decodeTraces(body).resourceSpans.reduce(
    (total, { scopeSpans }) => total + scopeSpans.reduce((own, scope) => own + scope.spans.length, 0),
    0,
  );
}
