import {
  context,
  isSpanContextValid,
  trace,
  type Exception,
  type HrTime,
  type Logger,
  type LogRecord,
} from '@opentelemetry/api';
import { type InstrumentationScope, timeInputToHrTime } from '@opentelemetry/core';
import type { Resource } from '@opentelemetry/resources';
import type { GuardLogProcessor } from '../../processors/guard.log-processor.js';
import { PASSED, recordsAreRedacted, redactedContent } from '../../processors/record.redactor.js';
import { reasonOf, warn } from '../../telemetry.warnings.js';
import { exceptionAttributes } from '../tracer/exception-attributes.js';
import { EmittedRecord } from './emitted.record.js';
import type { ResolvedLogLimits } from './log-limits.js';

/** What all loggers of a provider share. */
export interface LogPipeline {
  readonly resource: Resource;
  readonly processor: GuardLogProcessor;
  readonly limits: ResolvedLogLimits;
  stopped: boolean;
}

/** A logger of the OpenTelemetry Logs API (specification, "Logs SDK", Logger). Never throws. */
export class LeanLogger implements Logger {
  constructor(
    private readonly scope: InstrumentationScope,
    private readonly pipeline: LogPipeline,
  ) {}

  emit(record: LogRecord): void {
    try {
      this.#emit(record);
    } catch (error) {
      // Records are objects of anybody: their getters may throw.
      warn('NT_USER_CODE_FAILED', { where: 'A log record', reason: reasonOf(error) });
    }
  }

  enabled(options: Parameters<Logger['enabled']>[0] = {}): boolean {
    const { stopped, processor } = this.pipeline;
    if (stopped) return false;
    if (processor.takes !== undefined) return processor.takes;
    return processor.enabled({
      context: options.context ?? context.active(),
      instrumentationScope: this.scope,
      ...(options.severityNumber !== undefined && { severityNumber: options.severityNumber }),
      ...(options.eventName !== undefined && { eventName: options.eventName }),
    });
  }

  #emit(record: LogRecord): void {
    const { resource, processor, limits, stopped } = this.pipeline;
    if (stopped) return;
    const isOurs = PASSED in record;
    // Ours are emitted at the moment they tell of.
    const seen = record.observedTimestamp ?? (isOurs ? record.timestamp : undefined) ?? Date.now();
    const observed = hrTime(seen);
    const time =
      record.timestamp === undefined || record.timestamp === seen ? observed : hrTime(record.timestamp);
    const emitted = new EmittedRecord(resource, this.scope, limits, time, observed, record);
    const active = record.context ?? context.active();
    const span = trace.getSpanContext(active);
    if (span !== undefined && isSpanContextValid(span)) emitted.spanContext = span;
    if (isOurs) emitted.adopt(record.attributes ?? {});
    else fill(emitted, record);
    processor.onEmit(emitted, active);
  }
}

/** Takes over what a record says that was not made in this package. Its own attributes come before the exception's. */
function fill(emitted: EmittedRecord, { body, attributes, exception }: LogRecord): void {
  const all =
    exception === undefined || exception === null
      ? attributes
      : { ...attributes, ...exceptionAttributes(exception as Exception), ...attributes };
  if (!recordsAreRedacted()) {
    if (all !== undefined) emitted.setAttributes(all);
    return;
  }
  const redacted = redactedContent({ body, attributes: all, error: undefined });
  emitted.setBody(redacted.body);
  if (redacted.attributes !== undefined) emitted.setAttributes(redacted.attributes);
}

/** Most times are milliseconds since 1970, which need no detour over the origin of the performance clock. */
function hrTime(time: NonNullable<LogRecord['timestamp']>): HrTime {
  if (typeof time !== 'number' || time < 1e12 || !Number.isInteger(time)) return timeInputToHrTime(time);
  const seconds = Math.floor(time / 1000);
  return [seconds, (time - seconds * 1000) * 1_000_000];
}
