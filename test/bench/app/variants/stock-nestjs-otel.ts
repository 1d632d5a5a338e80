import { OpenTelemetryModule, Span } from 'nestjs-otel';
import type { Telemetry } from '../modules.js';

/** The usual set-up: NodeSDK, all auto-instrumentations (see `stock.tracing.ts`) and nestjs-otel's decorator. */
export const telemetry: Telemetry = { imports: [OpenTelemetryModule.forRoot()], span: () => Span() };
