import { Module } from '@nestjs/common';
import { NestFactory, type AbstractHttpAdapter } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { AddressInfo } from 'node:net';
import { TelemetryModule } from 'nest-telemetry';
import { describe, expect, it } from 'vitest';
import { CallbackController, SEND } from './callback.controller.js';
import { missing, runHarness } from './harness.js';
import { senders, type Send } from './senders.js';

/** The cases of the harness at w3c/trace-context@acab820. */
const CASES = 41;

const adapters: readonly (readonly [name: string, create: () => AbstractHttpAdapter])[] = [
  ['Express', () => new ExpressAdapter()],
  ['Fastify', () => new FastifyAdapter()],
];

function appModule(send: Send): new () => object {
  @Module({
    imports: [TelemetryModule.forRoot({ serviceName: 'conformance', metrics: { path: false } })],
    controllers: [CallbackController],
    providers: [{ provide: SEND, useValue: send }],
  })
  class AppModule {}
  return AppModule;
}

const combinations = adapters.flatMap(([adapter, create]) =>
  senders.map(([client, send]) => ({ adapter, client, create, send })),
);

if (missing !== undefined) console.warn(`W3C trace-context harness skipped: ${missing}`);

describe.skipIf(missing !== undefined)('W3C Trace Context, SPEC_LEVEL=2 STRICT_LEVEL=2', () => {
  it.each(combinations)('passes the official harness on $adapter over $client', async ({ create, send }) => {
    const app = await NestFactory.create(appModule(send), create(), { logger: false });
    try {
      await app.listen(0, '127.0.0.1');
      const { port } = app.getHttpServer().address() as AddressInfo;
      const { ran, notOk, output } = await runHarness(`http://127.0.0.1:${port}/test`);
      if (ran !== CASES || notOk.length > 0) console.error(output);
      expect({ ran, notOk }).toEqual({ ran: CASES, notOk: [] });
    } finally {
      await app.close();
    }
  });
});
