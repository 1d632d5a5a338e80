import { FastifyAdapter } from '@nestjs/platform-fastify';
import { describeGraphql } from './describe-graphql.js';

const platform = { name: 'Fastify', createAdapter: () => new FastifyAdapter() };
describeGraphql(platform, 'code first');
describeGraphql(platform, 'schema first');
