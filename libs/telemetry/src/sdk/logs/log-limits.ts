import type { LogRecordLimits } from '@opentelemetry/sdk-logs';

/** Limits of one log record. */
export type ResolvedLogLimits = Required<LogRecordLimits>;

/** The limits with the defaults of the specification ("Logs SDK", LogRecord limits). */
export function resolveLogLimits(limits: LogRecordLimits): ResolvedLogLimits {
  return {
    attributeCountLimit: limits.attributeCountLimit ?? 128,
    attributeValueLengthLimit: limits.attributeValueLengthLimit ?? Infinity,
  };
}
