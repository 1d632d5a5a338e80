import { ADAPTERS } from '../module/shop.js';
import { describeWideEvents } from './describe-wide-events.js';

for (const [name, createAdapter] of ADAPTERS) describeWideEvents(name, createAdapter);
