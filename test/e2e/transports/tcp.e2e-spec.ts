import { describeTransport } from './describe-transport.js';
import { tcp } from './tcp.under-test.js';

describeTransport(tcp);
