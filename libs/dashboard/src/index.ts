export type * from './api/api.types.js';
export { type Dashboard, startDashboard } from './dashboard.js';
export { DashboardError } from './dashboard.errors.js';
export type { DashboardOptions } from './dashboard.options.js';
