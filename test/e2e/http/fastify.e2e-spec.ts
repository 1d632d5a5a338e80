import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { recordTelemetry, waitForSpan, waitForSpans } from 'nest-telemetry/testing';
import { describe, expect, it } from 'vitest';
import { describeHttpServer } from './describe-http-server.js';
import { ShopModule } from './shop.module.js';

describeHttpServer({ name: 'Fastify', createAdapter: () => new FastifyAdapter() });

describe('HTTP server on Fastify', () => {
  it('sees injected requests, which have no connection', async () => {
    const telemetry = recordTelemetry();
    const app = await NestFactory.create<NestFastifyApplication>(ShopModule.with(), new FastifyAdapter(), {
      logger: false,
    });
    await app.init();
    await app.inject('/users/1');
    await app.inject('/throws/sync');
    await waitForSpans(telemetry, { kind: 'server', count: 2 });
    const [ok, failed] = telemetry.findSpans({ kind: 'server' });
    expect(ok?.name).toBe('GET /users/:id');
    expect(ok?.attributes).not.toHaveProperty('nestjs.response.aborted');
    expect(failed?.attributes['error.type']).toBe('DomainError');
    await app.close();
    await telemetry.stop();
  });

  it('sees nothing of a URL that the router refuses before any hook', async () => {
    const telemetry = recordTelemetry();
    const app = await NestFactory.create<NestFastifyApplication>(ShopModule.with(), new FastifyAdapter(), {
      logger: false,
    });
    await app.init();
    expect((await app.inject('/users/%FF')).statusCode).toBe(400);
    expect((await app.inject('/users/1')).statusCode).toBe(200);
    expect((await waitForSpan(telemetry, { kind: 'server' })).name).toBe('GET /users/:id');
    await app.close();
    await telemetry.stop();
  });
});
