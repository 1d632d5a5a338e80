import { ExpressAdapter } from '@nestjs/platform-express';
import { describeHttpServer } from './describe-http-server.js';

describeHttpServer({ name: 'Express', createAdapter: () => new ExpressAdapter() });
