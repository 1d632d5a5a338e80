import type { Telemetry } from '../modules.js';

/** NodeSDK and all auto-instrumentations (see `stock.tracing.ts`), nothing by hand. */
export const telemetry: Telemetry = { imports: [], span: () => () => undefined };
