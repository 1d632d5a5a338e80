import { describeTransport } from './describe-transport.js';
import { redis } from './redis.under-test.js';

describeTransport(redis);
