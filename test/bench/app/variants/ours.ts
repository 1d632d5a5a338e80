import { Span, TelemetryModule } from 'nest-telemetry';
import type { Telemetry } from '../modules.js';

/** One import, as in the README; loaded with the application like any other module. */
export const telemetry: Telemetry = {
  imports: [TelemetryModule.forRoot({ serviceName: 'shop' })],
  span: () => Span(),
};
