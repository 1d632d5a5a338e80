// The process under test: one variant on one adapter, which reports its own CPU time to the parent.
import 'reflect-metadata';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { NestApplicationOptions, INestApplication, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { emptyModule, type Telemetry, usersModule } from './modules.js';
import type { Adapter, ServerReport } from './protocol.js';

const OPTIONS: NestApplicationOptions = { logger: ['warn', 'error', 'fatal'] };

// Only the adapter that is measured is loaded: the other one would count as start-up time.
async function createApplication(module: Type, adapter: Adapter): Promise<INestApplication> {
  if (adapter === 'express') return NestFactory.create(module, OPTIONS);
  const { FastifyAdapter } = await import('@nestjs/platform-fastify');
  return NestFactory.create(module, new FastifyAdapter(), OPTIONS);
}

const [variant, adapter, shape] = process.argv.slice(2);
const { telemetry } = (await import(`./variants/${variant}.js`)) as { telemetry: Telemetry };
const app = await createApplication(
  shape === 'empty' ? emptyModule(telemetry) : usersModule(telemetry),
  adapter as Adapter,
);
const http = app.getHttpServer() as Server;
// Connections stay open while the other variants are measured; making them anew would count as request time.
http.keepAliveTimeout = 10 * 60_000;
await app.listen(0, '127.0.0.1');
const { port } = http.address() as AddressInfo;

function report(): void {
  const { user, system } = process.cpuUsage();
  process.send?.({
    port,
    cpuMicros: user + system,
    rssBytes: process.memoryUsage.rss(),
  } satisfies ServerReport);
}

process.on('message', report);
process.on('disconnect', () => process.exit(0));
report();
