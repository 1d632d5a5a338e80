import { telemetryFields, type TelemetryFields } from './trace.fields.js';

/**
 * `mixin` for pino, pino-http and nestjs-pino: gives every line `trace_id`, `span_id`, `trace_flags` and the service
 * fields that lines of `TelemetryLogger` have. The lines themselves are sent over OTLP without it.
 *
 * ```ts
 * LoggerModule.forRoot({ pinoHttp: { mixin: pinoMixin } }); // prints secrets: see {@link pinoTelemetry}
 * ```
 * @param mergeObject - pino passes the object that was logged
 * @since 0.1.0
 */
export function pinoMixin(mergeObject?: object): TelemetryFields {
  return telemetryFields(mergeObject);
}
