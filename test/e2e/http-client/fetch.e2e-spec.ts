import { describeHttpClient } from './describe-http-client.js';
import { fetchClient } from './http-clients.js';

describeHttpClient(fetchClient);
