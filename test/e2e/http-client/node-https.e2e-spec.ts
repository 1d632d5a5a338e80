import { describeHttpClient } from './describe-http-client.js';
import { nodeHttpsClient } from './http-clients.js';

describeHttpClient(nodeHttpsClient);
