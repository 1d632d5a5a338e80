import {
  context,
  logs,
  type Context,
  type Logger,
  type LoggerProvider,
  type LogRecord as ApiLogRecord,
  ROOT_CONTEXT,
  SeverityNumber,
} from '@opentelemetry/api';
import { LIBRARY_NAME, LIBRARY_VERSION } from '../library.js';
import type { LogError, RecordContent } from '../processors/record.content.js';
import { PASSED } from '../processors/record.redactor.js';
import { EXCEPTION_MESSAGE, EXCEPTION_STACKTRACE, EXCEPTION_TYPE, NESTJS_LOG_CONTEXT } from '../semconv.js';
import { plainAttributes, plainData } from './plain-data.js';

let provider: LoggerProvider | undefined;
let logger: Logger | undefined;

/** The logger of this library with whichever SDK is running. */
function currentLogger(): Logger {
  const current = logs.getLoggerProvider();
  if (logger === undefined || current !== provider) {
    provider = current;
    logger = current.getLogger(LIBRARY_NAME, LIBRARY_VERSION);
  }
  return logger;
}

/** What becomes a log record of OpenTelemetry. */
export interface OutgoingRecord extends RecordContent {
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly severityNumber: SeverityNumber;
  readonly severityText: string;
  readonly eventName: string | undefined;
  /** Nest's context: usually the class that logs. */
  readonly context: string | undefined;
}

/** Whether anybody takes log records: lets whoever would have to make one first leave that out. */
export function recordsAreTaken(severityNumber: SeverityNumber): boolean {
  return currentLogger().enabled({ severityNumber });
}

/** Hands a record that has passed the redactor to the OpenTelemetry Logs API. */
export function sendRecord(record: OutgoingRecord, active: Context = context.active()): void {
  const { time, severityNumber, severityText, body, eventName } = record;
  const sent: ApiLogRecord & { [PASSED]: true } = {
    timestamp: time,
    severityNumber,
    severityText,
    body: plainData(body),
    attributes: attributesOf(record),
    context: active,
    [PASSED]: true,
  };
  if (eventName !== undefined) sent.eventName = eventName;
  currentLogger().emit(sent);
}

/**
 * Hands something that happened to the OpenTelemetry Logs API. The body is the library's own and plain already, so that it
 * is neither copied nor cut.
 */
export function sendEvent({ name, body }: { readonly name: string; readonly body: object }): void {
  const sent: ApiLogRecord & { [PASSED]: true } = {
    timestamp: Date.now(),
    severityNumber: SeverityNumber.INFO,
    severityText: 'INFO',
    eventName: name,
    body,
    context: ROOT_CONTEXT,
    [PASSED]: true,
  };
  currentLogger().emit(sent);
}

function attributesOf({ attributes, error, context: name }: OutgoingRecord): Record<string, unknown> {
  const all = attributes === undefined ? {} : plainAttributes(attributes);
  if (name !== undefined && name !== '') all[NESTJS_LOG_CONTEXT] = name;
  if (error !== undefined) {
    if (error.type !== undefined) all[EXCEPTION_TYPE] = error.type;
    if (error.message !== undefined) all[EXCEPTION_MESSAGE] = error.message;
    const stack = stackOf(error);
    if (stack !== '') all[EXCEPTION_STACKTRACE] = stack;
  }
  return all;
}

/** The stack with those of the causes and members below it, as far as they were read. */
function stackOf(error: LogError): string {
  const parts = error.stack === undefined ? [] : [error.stack];
  if (error.cause !== undefined) parts.push(`Caused by: ${textOf(error.cause)}`);
  for (const member of error.errors ?? []) parts.push(`Member: ${textOf(member)}`);
  return parts.join('\n');
}

function textOf(error: LogError): string {
  return stackOf(error) || [error.type, error.message].filter((part) => part !== undefined).join(': ');
}
