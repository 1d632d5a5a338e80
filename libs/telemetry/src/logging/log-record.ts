import type { SeverityNumber } from '@opentelemetry/api';
import type { LogError } from '../processors/record.content.js';
import type { LogLevelName } from '../telemetry.options.js';
import type { Severity } from './log-levels.js';

/** Which service wrote a line. */
export interface ServiceFields {
  /** `service.name` */
  readonly name?: string | undefined;
  /** `service.version` */
  readonly version?: string | undefined;
  /** `service.instance.id` */
  readonly instanceId?: string | undefined;
  /** `deployment.environment.name` */
  readonly environment?: string | undefined;
}

/**
 * One log event. It is handed from output to output while the call that logged is still running; an output that
 * keeps it longer has to encode it at once, because `body` and `attributes` are the caller's own objects.
 */
export interface LogRecord {
  /** Milliseconds since 1970. */
  readonly time: number;
  /** Nest's name of the level. */
  readonly level: LogLevelName;
  readonly severityText: Severity['text'];
  readonly severityNumber: SeverityNumber;
  /** Nest's context: usually the class that logs. */
  readonly context: string | undefined;
  /** Names what happened, for records that are events. */
  readonly eventName: string | undefined;
  /** The message: mostly text, but any value can be logged. */
  readonly body: unknown;
  /** Plain objects passed after the message, merged. */
  readonly attributes: Readonly<Record<string, unknown>> | undefined;
  readonly error: LogError | undefined;
  /** 32 hex digits; absent outside a trace. */
  readonly traceId: string | undefined;
  /** 16 hex digits; absent outside a trace. */
  readonly spanId: string | undefined;
  readonly traceFlags: number | undefined;
  readonly service: ServiceFields;
}

/** Turns a record into the text of its line, line feed included. */
export type LineFormat = (record: LogRecord) => string;

/** Takes every record a logger writes to a further place. */
export interface LogOutput {
  emit(record: LogRecord): void;
}
