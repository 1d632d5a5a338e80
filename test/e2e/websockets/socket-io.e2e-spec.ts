import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { connectSocketIo } from './chat.clients.js';
import { describeGateway } from './describe-gateway.js';

const platform = {
  system: 'socket.io',
  reason: 'client namespace disconnect',
  connect: connectSocketIo,
} as const;

describeGateway({
  ...platform,
  name: 'Express and the socket.io adapter Nest takes by itself',
  createAdapter: () => new ExpressAdapter(),
  configure: () => undefined,
});

/** As applications make their own, e.g. with Redis behind it. */
class OwnIoAdapter extends IoAdapter {
  override bindMessageHandlers(...args: Parameters<IoAdapter['bindMessageHandlers']>): void {
    super.bindMessageHandlers(...args);
  }
}

describeGateway({
  ...platform,
  name: 'Fastify and a socket.io adapter of its own',
  createAdapter: () => new FastifyAdapter(),
  configure: (app) => void app.useWebSocketAdapter(new OwnIoAdapter(app)),
});
