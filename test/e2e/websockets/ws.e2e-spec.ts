import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { WsAdapter } from '@nestjs/platform-ws';
import type { INestApplication } from '@nestjs/common';
import { connectWs } from './chat.clients.js';
import { describeGateway } from './describe-gateway.js';

const platform = {
  system: 'websocket',
  reason: '1000',
  connect: connectWs,
  configure: (app: INestApplication) => void app.useWebSocketAdapter(new WsAdapter(app)),
} as const;

describeGateway({ ...platform, name: 'Express and ws', createAdapter: () => new ExpressAdapter() });
describeGateway({ ...platform, name: 'Fastify and ws', createAdapter: () => new FastifyAdapter() });
