import { ADAPTERS } from '../module/shop.js';
import { describeDeclaredRoutes } from './describe-declared-routes.js';

for (const [name, createAdapter] of ADAPTERS) describeDeclaredRoutes(name, createAdapter);
