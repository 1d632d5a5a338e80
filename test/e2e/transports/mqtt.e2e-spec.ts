import { describeTransport } from './describe-transport.js';
import { mqtt } from './mqtt.under-test.js';

describeTransport(mqtt);
