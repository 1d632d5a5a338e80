import { Injectable, Optional, type LoggerService } from '@nestjs/common';
import { context, isSpanContextValid, trace } from '@opentelemetry/api';
import { TelemetryError } from '../telemetry.errors.js';
import type { LogLevelName } from '../telemetry.options.js';
import { guarded } from '../telemetry.warnings.js';
import { jsonLine } from './json.line.js';
import { type LogArguments, readArguments, readErrorArguments, resolveMessages } from './log-arguments.js';
import { describeError, describeStack, isError } from './log-error.js';
import { isLogLevelName, levelsFrom, levelsOf, SEVERITIES } from './log-levels.js';
import type { LineFormat, LogError, LogOutput, LogRecord, ServiceFields } from './log-record.js';
import { type LoggerDefaults, loggerDefaults } from './logger-defaults.js';
import { prettyLine } from './pretty.line.js';
import { type LineWriter, stdoutLineWriter } from './stdout.line-writer.js';

/**
 * Options of a {@link TelemetryLogger}.
 * @since 0.1.0
 */
export interface TelemetryLoggerOptions {
  /** Least severe level that is written. @defaultValue `LOG_LEVEL`, else `'log'` */
  readonly level?: LogLevelName;
  /** @defaultValue `LOG_FORMAT`, else `'pretty'` in a terminal and `'json'` elsewhere */
  readonly format?: 'json' | 'pretty';
  /** Colours of the pretty form. @defaultValue `true` in a terminal unless `NO_COLOR` is set */
  readonly colors?: boolean;
  /** Fields of every line. @defaultValue those of the module once it runs, before that `OTEL_SERVICE_NAME` */
  readonly service?: ServiceFields;
  /** Where lines go. @defaultValue `process.stdout`, for every level, so that lines stay in order */
  readonly writer?: LineWriter;
}

const LOST = '[this event could not be written]';

/** A stack text beside an error adds to it: by Nest's rules it can be any text, which must not be lost. */
function errorOf(error: Error | undefined, stack: string | undefined): LogError | undefined {
  if (error === undefined) return stack === undefined ? undefined : describeStack(stack);
  const described = describeError(error);
  if (stack === undefined || stack === described.stack) return described;
  return { ...described, stack: described.stack === undefined ? stack : `${described.stack}\n${stack}` };
}

/**
 * Nest's logger with the trace in every line: one JSON object per line, or a readable form in a terminal. Reads
 * arguments exactly as Nest's `ConsoleLogger` does and never throws.
 *
 * @example
 * const app = await NestFactory.create(AppModule, { logger: new TelemetryLogger() });
 * @since 0.1.0
 */
@Injectable()
export class TelemetryLogger implements LoggerService {
  private readonly chosen: TelemetryLoggerOptions;
  private readonly writer: LineWriter;
  private readonly outputs = new Set<LogOutput>();
  private emitting = false;
  private format: LineFormat = jsonLine;
  private settings: LoggerDefaults;
  private levels = 0;
  private levelsAtRunTime = false;

  constructor(@Optional() options: TelemetryLoggerOptions = {}) {
    this.chosen = options;
    this.writer = options.writer ?? stdoutLineWriter;
    if (options.level !== undefined && !isLogLevelName(options.level)) {
      const allowed = Object.keys(SEVERITIES).join(', ');
      throw new TelemetryError('NT_OPTION_INVALID', { path: 'level', value: String(options.level), allowed });
    }
    this.settings = this.configure({});
  }

  log(message: unknown, ...optionalParams: unknown[]): void {
    if (this.levels & SEVERITIES.log.bit) this.write('log', [message, ...optionalParams]);
  }

  error(message: unknown, ...optionalParams: unknown[]): void {
    if (this.levels & SEVERITIES.error.bit) this.write('error', [message, ...optionalParams]);
  }

  warn(message: unknown, ...optionalParams: unknown[]): void {
    if (this.levels & SEVERITIES.warn.bit) this.write('warn', [message, ...optionalParams]);
  }

  debug(message: unknown, ...optionalParams: unknown[]): void {
    if (this.levels & SEVERITIES.debug.bit) this.write('debug', [message, ...optionalParams]);
  }

  verbose(message: unknown, ...optionalParams: unknown[]): void {
    if (this.levels & SEVERITIES.verbose.bit) this.write('verbose', [message, ...optionalParams]);
  }

  fatal(message: unknown, ...optionalParams: unknown[]): void {
    if (this.levels & SEVERITIES.fatal.bit) this.write('fatal', [message, ...optionalParams]);
  }

  /** Replaces the enabled levels: those named and all above the most severe one named, as in Nest. */
  setLogLevels(levels: readonly string[]): void {
    this.levels = levelsOf(levels);
    this.levelsAtRunTime = true;
  }

  /** Whether a call at this level would be written; for messages that are expensive to make. */
  isLevelEnabled(level: LogLevelName): boolean {
    return (this.levels & SEVERITIES[level].bit) !== 0;
  }

  /** Fills in what the constructor was not told. Returns how to go back. */
  useDefaults(defaults: Partial<LoggerDefaults>): () => void {
    this.settings = this.configure(defaults);
    return () => {
      this.settings = this.configure({});
    };
  }

  /** What the logger works with now. */
  get inUse(): LoggerDefaults {
    return this.settings;
  }

  /** Sends every event to a further place as well. Returns how to stop. */
  addOutput(output: LogOutput): () => void {
    this.outputs.add(output);
    return () => void this.outputs.delete(output);
  }

  private configure(defaults: Partial<LoggerDefaults>): LoggerDefaults {
    const fromProcess = loggerDefaults(process.env, process.stdout);
    const { chosen } = this;
    const level = chosen.level ?? defaults.level ?? fromProcess.level;
    const format = chosen.format ?? defaults.format ?? fromProcess.format;
    const colors = chosen.colors ?? defaults.colors ?? fromProcess.colors;
    const service = chosen.service ?? defaults.service ?? fromProcess.service;
    this.format = format === 'pretty' ? prettyLine({ colors }) : jsonLine;
    if (!this.levelsAtRunTime) this.levels = levelsFrom(level);
    return { level, format, colors, service };
  }

  private write(level: LogLevelName, args: readonly unknown[]): void {
    try {
      const read = level === 'error' || level === 'fatal' ? readErrorArguments(args) : readArguments(args);
      this.emitAll(level, read);
    } catch {
      // Only values built to fail, or a full call stack, get here; the event is still counted as a line.
      this.emitLost(level);
    }
  }

  private emitAll(level: LogLevelName, args: LogArguments): void {
    const { messages, error } = resolveMessages(args.messages);
    messages.forEach((message, index) => {
      const own = isError(message);
      const failure = errorOf(index === 0 ? error : own ? message : undefined, args.stack);
      this.emit(this.record(level, own ? failure?.message : message, args, failure));
    });
  }

  private record(level: LogLevelName, body: unknown, args: LogArguments, error?: LogError): LogRecord {
    const { text, number } = SEVERITIES[level];
    const active = trace.getSpanContext(context.active());
    // Ids go into the line as they are: what is not hex would be a way in.
    const span = active !== undefined && isSpanContextValid(active) ? active : undefined;
    return {
      time: Date.now(),
      level,
      severityText: text,
      severityNumber: number,
      context: args.context,
      body,
      attributes: args.attributes,
      error,
      traceId: span?.traceId,
      spanId: span?.spanId,
      traceFlags: span?.traceFlags,
      service: this.settings.service,
    };
  }

  private emit(record: LogRecord): void {
    this.writer.write(this.format(record));
    // An output that logs while it works would call itself for ever.
    if (this.outputs.size === 0 || this.emitting) return;
    this.emitting = true;
    try {
      for (const output of this.outputs) {
        guarded('A log output', () => output.emit(record), undefined);
      }
    } finally {
      this.emitting = false;
    }
  }

  private emitLost(level: LogLevelName): void {
    try {
      const nothing = { messages: [], context: undefined, stack: undefined, attributes: undefined };
      this.emit(this.record(level, LOST, nothing));
    } catch {
      // A logger must not break the code that logs.
    }
  }
}
