import { Injectable, Optional, type LoggerService } from '@nestjs/common';
import type { LogError } from '../processors/record.content.js';
import { redactedContent, redactedText } from '../processors/record.redactor.js';
import type { LogLevelName } from '../telemetry.options.js';
import { guarded, warn } from '../telemetry.warnings.js';
import { activeSpanContext } from './active.span.js';
import { recordsAreTaken, sendRecord } from './api.output.js';
import { jsonLine } from './json.line.js';
import { type LogArguments, readArguments, readErrorArguments, resolveMessages } from './log-arguments.js';
import { describeFailure, isError } from '../processors/log-error.js';
import { LevelRules } from './level.rules.js';
import type { LogEventOptions } from './log-event.options.js';
import { isLogLevelName, SEVERITIES } from './log-levels.js';
import type { LineFormat, LogOutput, LogRecord } from './log-record.js';
import {
  checkLevel,
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
  private writing = false;
  private emitting = false;
  private format: LineFormat = jsonLine;
  private settings: LoggerSettings;
  private readonly levels = new LevelRules();

  constructor(@Optional() options: TelemetryLoggerOptions = {}) {
    this.chosen = options;
    this.writer = options.writer ?? stdoutLineWriter;
    checkLoggerOptions(options);
    this.settings = this.configure({});
  }

  log(message: unknown, ...optionalParams: unknown[]): void {
    if (this.levels.anywhere & SEVERITIES.log.bit) this.write('log', [message, ...optionalParams]);
  }

  error(message: unknown, ...optionalParams: unknown[]): void {
    if (this.levels.anywhere & SEVERITIES.error.bit) this.write('error', [message, ...optionalParams]);
  }

  warn(message: unknown, ...optionalParams: unknown[]): void {
    if (this.levels.anywhere & SEVERITIES.warn.bit) this.write('warn', [message, ...optionalParams]);
  }

  debug(message: unknown, ...optionalParams: unknown[]): void {
    if (this.levels.anywhere & SEVERITIES.debug.bit) this.write('debug', [message, ...optionalParams]);
  }

  verbose(message: unknown, ...optionalParams: unknown[]): void {
    if (this.levels.anywhere & SEVERITIES.verbose.bit) this.write('verbose', [message, ...optionalParams]);
  }

  fatal(message: unknown, ...optionalParams: unknown[]): void {
    if (this.levels.anywhere & SEVERITIES.fatal.bit) this.write('fatal', [message, ...optionalParams]);
  }

  /**
   * Records that something happened which has a name, e.g. `order.completed`: a line with `event`, and over OTLP a log
   * record with that event name (OpenTelemetry specification, "Events").
   *
   * @param attributes - what is known of it
   */
  event(name: string, attributes?: Readonly<Record<string, unknown>>, options: LogEventOptions = {}): void {
    const { level = 'log', context: named, message, error } = options;
    if (!this.levels.allow(level, named)) return;
    try {
      const failure = describeFailure(isError(error) ? error : undefined, undefined);
      const args = { messages: [], context: named, stack: undefined, attributes };
      this.emit(this.record(level, message ?? name, args, failure, name));
    } catch {
      this.emitLost(level);
    }
  }

  /** Replaces the enabled levels: those named and all above the most severe one named, as in Nest. */
  setLogLevels(levels: readonly string[]): void {
    if (!Array.isArray(levels)) {
      warn('NT_CALL_INVALID', { call: 'setLogLevels()', what: 'no list of levels' });
      return;
    }
    this.levels.replace(levels);
  }

  /**
   * Changes the least severe level that is written, at once: of one context, or of all that have no level of their own.
   * @throws TelemetryError `NT_OPTION_INVALID` for a level that does not exist
   */
  setLevel(level: LogLevelName, context?: string): void {
    checkLevel('level', level);
    this.levels.set(level, context);
  }

  /** Whether a call at this level would be written; for messages that are expensive to make. */
  isLevelEnabled(level: LogLevelName, context?: string): boolean {
    return isLogLevelName(level) && this.levels.allow(level, context);
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
    const { level, levels, format, colors } = settings;
    this.format = format === 'pretty' ? prettyLine({ colors }) : jsonLine;
    this.levels.configure(level, levels);
    return settings;
  }

  private write(level: LogLevelName, args: readonly unknown[]): void {
    try {
      const read = level === 'error' || level === 'fatal' ? readErrorArguments(args) : readArguments(args);
      if (this.levels.allow(level, read.context)) this.emitAll(level, read);
    } catch {
      // Only values built to fail, or a full call stack, get here; the event is still counted as a line.
      this.emitLost(level);
    }
  }

  private emitAll(level: LogLevelName, args: LogArguments): void {
    const [first] = args.messages;
    // Nearly every call: one text, and nothing went wrong.
    if (typeof first === 'string' && args.messages.length === 1 && args.stack === undefined) {
      this.emit(this.record(level, first, args));
      return;
    }
    const { messages, error } = resolveMessages(args.messages);
    messages.forEach((message, index) => {
      const own = isError(message);
      const failure = describeFailure(index === 0 ? error : own ? message : undefined, args.stack);
      this.emit(this.record(level, own ? failure?.message : message, args, failure));
    });
  }

  private record(
    level: LogLevelName,
    body: unknown,
    args: LogArguments,
    error?: LogError,
    eventName?: string,
  ): LogRecord {
    const { text, number } = SEVERITIES[level];
    const span = activeSpanContext();
    const content = redactedContent({ body, attributes: args.attributes, error });
    return {
      time: Date.now(),
      level,
      severityText: text,
      severityNumber: number,
      context: redactedText(args.context),
      eventName,
      body: content.body,
      attributes: content.attributes,
      error: content.error,
      traceId: span?.traceId,
      spanId: span?.spanId,
      traceFlags: span && span.traceFlags & 0xff,
      service: this.settings.service,
    };
  }

  private emit(record: LogRecord): void {
    const line = this.format(record);
    // A writer or an output that logs while it works would call itself for ever.
    if (!this.writing) {
      this.writing = true;
      guarded('A log writer', () => this.writer.write(line), undefined);
      this.writing = false;
    }
    if (this.emitting) return;
    this.emitting = true;
    try {
      if (recordsAreTaken(record.severityNumber)) sendRecord(record);
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
