import { describeHttpClient } from './describe-http-client.js';
import { nodeHttpClient } from './http-clients.js';

describeHttpClient(nodeHttpClient);
