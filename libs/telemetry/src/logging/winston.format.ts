import { SeverityNumber } from '@opentelemetry/api';
import type { RecordContent } from '../processors/record.content.js';
import { recordsAreRedacted, redactedContent, redactedText } from '../processors/record.redactor.js';
import { guarded, warn } from '../telemetry.warnings.js';
import { recordsAreTaken, sendRecord } from './api.output.js';
import { describeFailure, isError } from '../processors/log-error.js';
import { telemetryFields } from './trace.fields.js';

/** A line as winston hands it from format to format. */
interface WinstonLine {
  level: string;
  message: unknown;
  [key: string | symbol]: unknown;
}

/**
 * A format of winston, without an import of winston.
 * @since 0.1.0
 */
export interface WinstonTelemetryFormat {
  transform(line: WinstonLine): WinstonLine;
}

/** By the names of winston's three sets of levels (npm, syslog, cli). */
const SEVERITIES: Readonly<Record<string, SeverityNumber>> = {
  silly: SeverityNumber.TRACE,
  input: SeverityNumber.TRACE,
  debug: SeverityNumber.DEBUG,
  verbose: SeverityNumber.DEBUG2,
  prompt: SeverityNumber.DEBUG2,
  data: SeverityNumber.DEBUG3,
  http: SeverityNumber.DEBUG4,
  info: SeverityNumber.INFO,
  help: SeverityNumber.INFO,
  notice: SeverityNumber.INFO2,
  warn: SeverityNumber.WARN,
  warning: SeverityNumber.WARN,
  error: SeverityNumber.ERROR,
  crit: SeverityNumber.ERROR3,
  alert: SeverityNumber.FATAL,
  emerg: SeverityNumber.FATAL2,
};

/** The level as it was, before a format coloured it. */
const LEVEL = Symbol.for('level');
/** What followed the message in the call. */
const SPLAT = Symbol.for('splat');
const SEEN = Symbol('nest-telemetry.seen');
/** Told by fields of their own, or by the exception. */
const OWN_FIELDS = new Set(['level', 'message', 'context', 'stack']);

/**
 * A format for winston that gives every line `trace_id`, `span_id`, `trace_flags` and the service fields that lines of
 * `TelemetryLogger` have, and sends it as a log record over OTLP. Put it into the format of the logger, in front of the one
 * that makes text (`json()`, `printf()`).
 *
 * ```ts
 * createLogger({ format: format.combine(winstonTelemetry(), format.json()), transports: [new transports.Console()] });
 * ```
 * @since 0.1.0
 */
export function winstonTelemetry(): WinstonTelemetryFormat {
  return {
    transform(line) {
      if (line[SEEN] === true) {
        warn('NT_WINSTON_FORMAT_TWICE');
        return line;
      }
      guarded('A log line of winston', () => send(line), undefined);
      return Object.assign(line, telemetryFields(), { [SEEN]: true });
    },
  };
}

function send(line: WinstonLine): void {
  const level = (line[LEVEL] ?? line.level) as string;
  const severityNumber = SEVERITIES[level] ?? SeverityNumber.INFO;
  const isTaken = recordsAreTaken(severityNumber);
  if (!isTaken && !recordsAreRedacted()) return;
  const content = redactedContent(contentOf(line));
  if (recordsAreRedacted()) replaceContent(line, content);
  if (!isTaken) return;
  const { context } = line;
  sendRecord({
    ...content,
    time: Date.now(),
    severityNumber,
    severityText: level.toUpperCase(),
    eventName: undefined,
    context: typeof context === 'string' ? redactedText(context) : undefined,
  });
}

function contentOf(line: WinstonLine): RecordContent {
  const stack = typeof line['stack'] === 'string' ? line['stack'] : undefined;
  const failure = failureOf(line);
  return {
    body: line.message,
    attributes: Object.fromEntries(
      Object.entries(line).filter(([key, value]) => !OWN_FIELDS.has(key) && value !== failure),
    ),
    error: describeFailure(failure, stack === failure?.stack ? undefined : stack),
  };
}

/** An error may be the line itself, an argument after the message, or a field. */
function failureOf(line: WinstonLine): Error | undefined {
  const further = Array.isArray(line[SPLAT]) ? (line[SPLAT] as unknown[]) : [];
  return [line, ...further, line['error'], line['err'], line['cause']].find(isError);
}

/** What is written is what may be sent. */
function replaceContent(line: WinstonLine, { body, attributes = {}, error }: RecordContent): void {
  const failure = failureOf(line);
  for (const key of Object.keys(line)) {
    if (OWN_FIELDS.has(key) || Object.hasOwn(attributes, key)) continue;
    if (line[key] === failure) line[key] = error;
    else Reflect.deleteProperty(line, key);
  }
  Object.assign(line, attributes);
  line.message = body;
  if (typeof line['stack'] === 'string') line['stack'] = error?.stack ?? '';
  if (typeof line['context'] === 'string') line['context'] = redactedText(line['context']);
  // `format.splat()` may come later, and writes them into the message.
  const further = line[SPLAT];
  if (Array.isArray(further) && further.length > 0)
    line[SPLAT] = redactedContent({ body: further, attributes: undefined, error: undefined }).body;
}
