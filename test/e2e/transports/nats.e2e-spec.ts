import { describeTransport } from './describe-transport.js';
import { nats } from './nats.under-test.js';

describeTransport(nats);
