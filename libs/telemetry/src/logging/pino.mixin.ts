import { recordsAreRedacted } from '../processors/record.redactor.js';
import { guarded, warn } from '../telemetry.warnings.js';
import { redactLinesOf } from './pino.redaction.js';
import { telemetryFields, type TelemetryFields } from './trace.fields.js';

let isTold = false;

/**
 * `mixin` for pino, pino-http and nestjs-pino: gives every line `trace_id`, `span_id`, `trace_flags` and the service
 * fields that lines of `TelemetryLogger` have, and lets the logger redact it by the rules of `redaction`. The lines
 * themselves are sent over OTLP without it. {@link pinoTelemetry} does the same for options as a whole, also where there
 * is a mixin or a `hooks.streamWrite` of the application.
 *
 * ```ts
 * LoggerModule.forRoot({ pinoHttp: { mixin: pinoMixin } });
 * ```
 * @param mergeObject - pino passes the object that was logged
 * @param _level - pino passes the level
 * @param logger - pino passes the logger. Without it nothing can be redacted, and `NT_PINO_NOT_REDACTED` says so: a mixin
 * that calls this one has to hand on all that it is given
 * @since 0.1.0
 */
export function pinoMixin(mergeObject?: object, _level?: number, logger?: unknown): TelemetryFields {
  if (!guarded('The redaction of lines of pino', () => redactLinesOf(logger), false)) tellOfSecrets();
  return telemetryFields(mergeObject);
}

/** Once, and not where nothing is to be redacted. */
function tellOfSecrets(): void {
  if (isTold || !recordsAreRedacted()) return;
  isTold = true;
  warn('NT_PINO_NOT_REDACTED');
}
