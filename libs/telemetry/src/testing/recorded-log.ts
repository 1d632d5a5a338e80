import { stripVTControlCharacters } from 'node:util';
import type { TreeLog } from '../sdk/console/trace-tree.js';
import { SERVICE_NAME } from '../semconv.js';

/** A line of Nest's logger. */
export interface RecordedLog {
  /** Lower case, e.g. `info`, `warn`, `error`. */
  readonly level: string;
  /** What was logged; JSON when it was not a text. */
  readonly message: string;
  /** Usually the class that logged. */
  readonly context?: string;
  /** Name of the event, of lines that `TelemetryLogger.event()` wrote. */
  readonly event?: string;
  readonly time?: Date;
  readonly traceId?: string;
  readonly spanId?: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** The error that was logged, as plain data. */
  readonly error?: unknown;
  /** The line as it was written. */
  readonly line: string;
}

/** Reads a line of the JSON format. A line of any other format is a message without fields. */
export function toRecordedLog(written: string): RecordedLog {
  const line = written.trimEnd();
  const fields = parsed(line);
  if (!fields) return { level: 'info', message: stripVTControlCharacters(line), attributes: {}, line };
  const time = textOf(fields['time']);
  const context = textOf(fields['context']);
  const event = textOf(fields['event']);
  const traceId = textOf(fields['trace_id']);
  const spanId = textOf(fields['span_id']);
  const { message, attributes, error } = fields;
  return {
    level: (textOf(fields['level']) ?? 'info').toLowerCase(),
    message: textOf(message) ?? JSON.stringify(message) ?? '',
    ...(context !== undefined && { context }),
    ...(event !== undefined && { event }),
    ...(time !== undefined && { time: new Date(time) }),
    ...(traceId !== undefined && { traceId }),
    ...(spanId !== undefined && { spanId }),
    attributes: isObject(attributes) ? attributes : {},
    ...(error !== undefined && { error }),
    line,
  };
}

/** A recorded line as the trace tree prints it, if it belongs to a trace. */
export function toTreeLog(log: RecordedLog): TreeLog | undefined {
  if (!log.traceId) return undefined;
  return {
    traceId: log.traceId,
    ...(log.spanId !== undefined && { spanId: log.spanId }),
    timeUnixNano: BigInt(log.time?.getTime() || 0) * 1_000_000n,
    severity: log.level,
    service: textOf(parsed(log.line)?.[SERVICE_NAME]) ?? '',
    ...(log.context !== undefined && { context: log.context }),
    message: log.message,
  };
}

function parsed(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
