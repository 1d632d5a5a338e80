// A process that sends messages to itself: one variant on one transport. A number from the parent is how many to send.
import 'reflect-metadata';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { NestFactory } from '@nestjs/core';
import type { MicroserviceOptions } from '@nestjs/microservices';
import { addressOf, calculatorModule, senderOf } from './calculator.js';
import type { Telemetry } from './modules.js';
import type { MessageTransport, ProcessReport } from './protocol.js';

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

const [variant, transportName, concurrency] = process.argv.slice(2);
const transport = transportName as MessageTransport;
const { telemetry } = (await import(`./variants/${variant}.js`)) as { telemetry: Telemetry };
const address = addressOf(transport, await freePort());
const app = await NestFactory.createMicroservice<MicroserviceOptions>(calculatorModule(telemetry, address), {
  ...address,
  logger: ['warn', 'error', 'fatal'],
});
await app.listen();
const send = senderOf(transport, (token) => app.get(token));

/** Keeps so many messages under way until all have been answered. */
async function drive(count: number): Promise<void> {
  let left = count;
  const lane = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const { total } = await send();
      if (total !== 6) throw new Error(`the answer was ${total}`);
    }
  };
  await Promise.all(Array.from({ length: Number(concurrency) }, lane));
}

function report(): void {
  const { user, system } = process.cpuUsage();
  process.send?.({ cpuMicros: user + system, rssBytes: process.memoryUsage.rss() } satisfies ProcessReport);
}

process.on('message', (message) => {
  if (typeof message === 'number') void drive(message).then(report);
  else report();
});
process.on('disconnect', () => process.exit(0));
report();
