import { describeTransport } from './describe-transport.js';
import { rmq } from './rmq.under-test.js';

describeTransport(rmq);
