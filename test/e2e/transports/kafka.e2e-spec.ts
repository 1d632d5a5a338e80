import { describeTransport } from './describe-transport.js';
import { kafka } from './kafka.under-test.js';

describeTransport(kafka);
