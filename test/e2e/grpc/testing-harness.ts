import { Inject, Injectable, Module, type DynamicModule, type LogLevel } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ClientsModule, Transport, type ClientGrpc, type MicroserviceOptions } from '@nestjs/microservices';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { join } from 'node:path';
import { TelemetryModule, type TelemetryOptions } from 'nest-telemetry';
import { ShopController, type Shop } from './shop.controller.js';
import { unusedPort } from '../../../tools/start/ports.js';

export const PROTO = join(import.meta.dirname, 'shop.proto');
const PACKAGE = 'shop.v1';
/** Not the errors that are thrown on purpose. */
const LOGGED: LogLevel[] = ['warn'];

@Module({})
class ServerModule {
  static with(options?: TelemetryOptions): DynamicModule {
    return {
      module: ServerModule,
      imports: [TelemetryModule.forRoot({ metrics: { path: false }, ...options })],
      controllers: [ShopController],
    };
  }
}

/** Uses its client before anything was initialised, as a constructor may. */
@Injectable()
class ShopClient {
  readonly shop: Shop;

  constructor(@Inject('SHOP') readonly client: ClientGrpc) {
    this.shop = client.getService<Shop>('Shop');
  }
}

/** The client first, the telemetry last: the order of imports must not matter. */
@Module({})
class ClientModule {
  static to(url: string, options?: TelemetryOptions): DynamicModule {
    return {
      module: ClientModule,
      imports: [
        ClientsModule.register([{ name: 'SHOP', ...(grpc(url) as { transport: Transport.GRPC }) } as never]),
        TelemetryModule.forRoot({ metrics: { path: false }, ...options }),
      ],
      providers: [ShopClient],
    };
  }
}

function grpc(url: string): MicroserviceOptions {
  return { transport: Transport.GRPC, options: { package: PACKAGE, protoPath: PROTO, url } };
}

/** A way to have a gRPC server with Nest. */
export interface SetUp {
  readonly name: string;
  start(url: string, options?: TelemetryOptions): Promise<{ close(): Promise<void> }>;
}

export const standalone: SetUp = {
  name: 'createMicroservice',
  async start(url, options) {
    const app = await NestFactory.createMicroservice(ServerModule.with(options), {
      ...grpc(url),
      logger: LOGGED,
    });
    await app.listen();
    return app;
  },
};

export const hybrid: SetUp = {
  name: 'connectMicroservice',
  async start(url, options) {
    const adapter = new FastifyAdapter();
    const app = await NestFactory.create(ServerModule.with(options), adapter, { logger: LOGGED });
    app.connectMicroservice(grpc(url));
    // Before init(): the server listens when hooks of the HTTP adapter are not there yet.
    await app.startAllMicroservices();
    await app.listen(0, '127.0.0.1');
    return app;
  },
};

export const testing: SetUp = {
  name: 'a Test module',
  async start(url, options) {
    const module = await Test.createTestingModule({ imports: [ServerModule.with(options)] }).compile();
    const app = module.createNestMicroservice(Object.assign(grpc(url), { logger: LOGGED }));
    await app.listen();
    return app;
  },
};

/** An application that is nothing but a client of the shop. */
export async function startClient(
  url: string,
  options?: TelemetryOptions,
): Promise<{ shop: Shop; client: ClientGrpc; close(): Promise<void> }> {
  const app = await NestFactory.createApplicationContext(ClientModule.to(url, options), { logger: LOGGED });
  const { shop, client } = app.get(ShopClient);
  return { shop, client, close: () => app.close() };
}

/** Address of a port that is free. */
export async function freeUrl(): Promise<string> {
  return `127.0.0.1:${await unusedPort()}`;
}
