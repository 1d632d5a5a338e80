import { Injectable, Optional, type LoggerService } from '@nestjs/common';
import { context, isSpanContextValid, trace } from '@opentelemetry/api';
import type { LogLevelName } from '../telemetry.options.js';
import { guarded } from '../telemetry.warnings.js';
import { jsonLine } from './json.line.js';
import { type LogArguments, readArguments, readErrorArguments, resolveMessages } from './log-arguments.js';
import { describeFailure, isError } from './log-error.js';
import { levelsFrom, levelsOf, SEVERITIES } from './log-levels.js';
import type { LineFormat, LogError, LogOutput, LogRecord } from './log-record.js';
import {
  checkLoggerOptions,
  loggerSettings,
  type LoggerSettings,
  type TelemetryLoggerOptions,
} from './logger.options.js';
import { prettyLine } from './pretty.line.js';
import { type LineWriter, stdoutLineWriter } from './stdout.line-writer.js';

const LOST = '[this event could not be written]';

/**
 * Nest's logger with the trace in every line: one JSON object per line, or a readable form in a terminal. Reads
 * arguments exactly as Nest's `ConsoleLogger` does and never throws.
 *
 * @example
 * ```ts
 * const app = await NestFactory.create(AppModule, { logger: new TelemetryLogger() });
 * ```
 * @since 0.1.0
 */
@Injectable()
export class TelemetryLogger implements LoggerService {
  private readonly chosen: TelemetryLoggerOptions;
  private readonly writer: LineWriter;
  private readonly outputs = new Set<LogOutput>();
  private emitting = false;
  private format: LineFormat = jsonLine;
  private settings: LoggerSettings;
  private levels = 0;
  private levelsAtRunTime = false;

  constructor(@Optional() options: TelemetryLoggerOptions = {}) {
    this.chosen = options;
    this.writer = options.writer ?? stdoutLineWriter;
    checkLoggerOptions(options);
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
  useDefaults(defaults: Partial<LoggerSettings>): () => void {
    this.settings = this.configure(defaults);
    return () => {
      this.settings = this.configure({});
    };
  }

  /** What the logger works with now. */
  get inUse(): LoggerSettings {
    return this.settings;
  }

  /** Sends every event to a further place as well. Returns how to stop. */
  addOutput(output: LogOutput): () => void {
    this.outputs.add(output);
    return () => void this.outputs.delete(output);
  }

  private configure(defaults: Partial<LoggerSettings>): LoggerSettings {
    const settings = loggerSettings([this.chosen, defaults], process);
    const { level, format, colors } = settings;
    this.format = format === 'pretty' ? prettyLine({ colors }) : jsonLine;
    if (!this.levelsAtRunTime) this.levels = levelsFrom(level);
    return settings;
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
      const failure = describeFailure(index === 0 ? error : own ? message : undefined, args.stack);
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
      traceFlags: span && span.traceFlags & 0xff,
      service: this.settings.service,
    };
  }

  private emit(record: LogRecord): void {
    const line = this.format(record);
    guarded('A log writer', () => this.writer.write(line), undefined);
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
