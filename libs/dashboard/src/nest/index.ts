export { TelemetryDashboardModule } from './telemetry.dashboard.module.js';
export type { TelemetryDashboardOptions } from './telemetry.dashboard.options.js';
