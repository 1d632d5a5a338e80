import { describeDashboardModule } from './describe-dashboard-module.js';

for (const adapter of ['Express', 'Fastify'] as const) describeDashboardModule(adapter);
