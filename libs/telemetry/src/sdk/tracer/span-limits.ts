import { diag } from '@opentelemetry/api';
import type { SpanLimits } from '@opentelemetry/sdk-trace';

/** How much one span may hold. */
export type ResolvedSpanLimits = Readonly<Required<SpanLimits>>;

/** Fills in the defaults of the specification. */
export function resolveSpanLimits(limits: SpanLimits): ResolvedSpanLimits {
  return {
    attributeCountLimit: limits.attributeCountLimit ?? 128,
    attributeValueLengthLimit: resolveLength(limits.attributeValueLengthLimit ?? Infinity),
    eventCountLimit: limits.eventCountLimit ?? 128,
    linkCountLimit: limits.linkCountLimit ?? 128,
    attributePerEventCountLimit: limits.attributePerEventCountLimit ?? 128,
    attributePerLinkCountLimit: limits.attributePerLinkCountLimit ?? 128,
  };
}

function resolveLength(limit: number): number {
  if (limit > 0) return limit;
  diag.warn(`Invalid attributeValueLengthLimit: must be positive, got ${limit} (ignoring)`);
  return Infinity;
}
