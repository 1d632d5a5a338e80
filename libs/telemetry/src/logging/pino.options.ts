import { redactedLine } from '../processors/record.redactor.js';
import { telemetryFields } from './trace.fields.js';

type Mixin = (mergeObject: object, level: number, logger: unknown) => object;
type StreamWrite = (line: string) => string;

/** What is read of the options of pino that {@link pinoTelemetry} takes. */
interface PinoOptions {
  readonly mixin?: Mixin | undefined;
  readonly hooks?: { readonly streamWrite?: StreamWrite | undefined } | undefined;
}

/**
 * What {@link pinoTelemetry} adds to options of pino.
 * @since 0.1.0
 */
export interface PinoTelemetryOptions {
  /** Adds `trace_id`, `span_id`, `trace_flags` and the service fields, and what the mixin of the application adds. */
  mixin(mergeObject: object, level: number, logger: unknown): object;
  readonly hooks: {
    /** Redacts each line, after the hook of the application and before any stream has it. */
    streamWrite(line: string): string;
  };
}

const ours = new WeakSet<object>();

/**
 * Options for pino, pino-http and nestjs-pino: lines have the trace and the service fields in them, and are redacted by the
 * rules of `redaction` before they are printed, with all that is in them: message and its arguments, objects, errors,
 * bindings of child loggers, what serializers make. Given options are kept; a `mixin` and a `hooks.streamWrite` among
 * them run first. What is sent over OTLP is made of the objects, as before, and redacted once.
 *
 * ```ts
 * LoggerModule.forRoot({ pinoHttp: pinoTelemetry({ level: 'debug' }) });
 * pino(pinoTelemetry());
 * ```
 * @param options - of the application; they are copied
 * @since 0.1.0
 */
export function pinoTelemetry<Options extends object = object>(
  options?: Options,
): Options & PinoTelemetryOptions {
  const { mixin, hooks } = (options ?? {}) as PinoOptions;
  const write = hooks?.streamWrite;
  const result = {
    ...options,
    mixin(mergeObject: object, level: number, logger: unknown): object {
      const fields = telemetryFields(mergeObject);
      return mixin === undefined ? fields : { ...fields, ...mixin(mergeObject, level, logger) };
    },
    hooks: {
      ...hooks,
      streamWrite: (line: string): string => redactedLine(write === undefined ? line : write(line)),
    },
  };
  ours.add(result.hooks);
  return result as unknown as Options & PinoTelemetryOptions;
}

/** Whether options of pino were made by {@link pinoTelemetry}; they may have been copied since. */
export function isPinoTelemetry(options: object): boolean {
  const { hooks } = options as PinoOptions;
  return hooks !== undefined && ours.has(hooks);
}
