import type { Telemetry } from '../modules.js';

/** Nest alone. The decorator does nothing, so the application code is the same in every variant. */
export const telemetry: Telemetry = { imports: [], span: () => () => undefined };
