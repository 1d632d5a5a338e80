import { FastifyAdapter } from '@nestjs/platform-fastify';
import { describeLayers } from './describe-layers.js';

describeLayers({ name: 'Fastify', createAdapter: () => new FastifyAdapter() });
