import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { INestApplication } from '@nestjs/common';
import { TelemetryModule, type AutoTraceOptions } from 'nest-telemetry';
import { recordTelemetry, waitForSpans, type TelemetryRecorder } from 'nest-telemetry/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  AuditListener,
  Basket,
  OrdersController,
  OrdersModule,
  OrdersRepository,
  OrdersService,
  Repository,
} from './orders.module.js';

const PROTOTYPES = [Repository, OrdersRepository, OrdersService, OrdersController, Basket].map(
  ({ prototype }): object => prototype,
);
const asWritten = PROTOTYPES.map((each) => Object.getOwnPropertyDescriptors(each));

describe.each([
  ['Express', () => new ExpressAdapter()],
  ['Fastify', () => new FastifyAdapter()],
])('autoTrace on %s', (_name, createAdapter) => {
  let telemetry: TelemetryRecorder;
  const apps: INestApplication[] = [];
  beforeEach(() => void (telemetry = recordTelemetry()));
  afterEach(async () => {
    for (const app of apps.splice(0)) await app.close();
    await telemetry.stop();
  });

  const start = async (autoTrace: AutoTraceOptions): Promise<INestApplication> => {
    const app = await NestFactory.create(
      {
        module: class AppModule {},
        imports: [
          TelemetryModule.forRoot({
            autoTrace,
            traces: { layers: { detail: 'off' }, http: { client: false }, events: { enabled: false } },
          }),
          OrdersModule,
        ],
      },
      createAdapter(),
      { logger: false },
    );
    await app.listen(0, '127.0.0.1');
    apps.push(app);
    return app;
  };
  const read = async (
    app: INestApplication,
    path = '/orders/7',
  ): Promise<{ status: number; text: string }> => {
    const response = await fetch(`${await app.getUrl()}${path}`);
    const answer = { status: response.status, text: await response.text() };
    await waitForSpans(telemetry, /^GET/);
    return answer;
  };
  const names = (): string[] => telemetry.spans.map(({ name }) => name);

  it('makes a span of every method of the classes of the application, and of no others', async () => {
    const app = await start({});
    expect(await read(app)).toEqual({
      status: 200,
      text: JSON.stringify({ order: 'orders 7 of 1', named: 'named' }),
    });
    expect(names()).toEqual([
      'RolesGuard.canActivate',
      'AuditListener.noted',
      'OrdersRepository.table',
      'OrdersRepository.find',
      'Basket.lines',
      'OrdersService.read',
      'orders.named',
      'OrdersController.read',
      'GET /orders/:id',
    ]);
    expect(telemetry.span('OrdersService.read').attributes).toEqual({ 'order.id': 7 });
    expect(app.get(AuditListener).seen).toEqual([7]);
  });

  it('leaves routes, guards and the metadata they read as they are', async () => {
    const app = await start({ include: ['OrdersController'] });
    expect((await read(app, '/orders/7/closed')).status).toBe(403);
    expect((await read(app, '/orders/many')).status).toBe(400);
    const method = Object(Reflect.get(OrdersController.prototype, 'read')) as () => unknown;
    expect([method.name, method.length]).toEqual(['read', 1]);
    expect(Reflect.getMetadata('role', method)).toBe('reader');
  });

  it.each<[string, AutoTraceOptions, string[]]>([
    ['a class', { include: ['OrdersService'] }, ['OrdersService.read', 'orders.named']],
    [
      'part of a name',
      { include: ['*Repository'] },
      ['OrdersRepository.table', 'OrdersRepository.find', 'orders.named'],
    ],
    [
      'a module, without some of its classes',
      {
        include: [/^OrdersModule$/],
        exclude: ['OrdersS*', 'OrdersC*', '*Repository', /Guard/, 'AuditListener'],
      },
      ['Basket.lines', 'orders.named'],
    ],
    [
      'what a function says',
      { include: [({ kind }) => kind === 'controller'] },
      ['orders.named', 'OrdersController.read'],
    ],
    [
      'what another function says, as far as it says anything',
      {
        include: ['Basket', 'OrdersService'],
        exclude: [
          ({ className }) => {
            if (className === 'Basket') throw new Error('careless');
            return className === 'OrdersService';
          },
        ],
      },
      ['Basket.lines', 'orders.named'],
    ],
  ])('is for %s', async (_what, autoTrace, expected) => {
    const app = await start(autoTrace);
    await read(app);
    expect(names().slice(0, -1)).toEqual(expected);
  });

  it('is shared by the applications of a process, and gone with the last of them', async () => {
    const [first, second] = [await start({}), await start({ include: ['OrdersService'] })];
    apps.splice(0);
    await first.close();
    await read(second);
    expect(names()).toEqual(['OrdersService.read', 'orders.named', 'GET /orders/:id']);
    await second.close();
    expect(PROTOTYPES.map((each) => Object.getOwnPropertyDescriptors(each))).toEqual(asWritten);
  });
});
