import { describeGrpc } from './describe-grpc.js';
import { hybrid, standalone, testing } from './testing-harness.js';

describeGrpc(standalone);
describeGrpc(hybrid);
describeGrpc(testing);
