import { ExpressAdapter } from '@nestjs/platform-express';
import { describeGraphql } from './describe-graphql.js';

const platform = { name: 'Express', createAdapter: () => new ExpressAdapter() };
describeGraphql(platform, 'code first');
describeGraphql(platform, 'schema first');
