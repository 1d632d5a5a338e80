import { ExpressAdapter } from '@nestjs/platform-express';
import { describeLayers } from './describe-layers.js';

describeLayers({ name: 'Express', createAdapter: () => new ExpressAdapter() });
