import { type Context, trace, TraceFlags } from '@opentelemetry/api';
import { SamplingDecision, type SamplingResult } from '@opentelemetry/sdk-trace';
import {
  isWithin,
  type Threshold,
  thresholdIn,
  withThreshold,
} from '../../processors/sampling/consistent.threshold.js';
import { BlindSampler } from '../tracer/sampler-traits.js';

/** Samples a share of the traces and says in their state which (OpenTelemetry, "Consistent probability sampling"). */
export class ConsistentRatioSampler extends BlindSampler {
  /** @param threshold - undefined for no trace at all */
  constructor(private readonly threshold: Threshold | undefined) {
    super();
  }

  shouldSample(context: Context, traceId: string): SamplingResult {
    return sampled(this.threshold, context, traceId);
  }

  toString(): string {
    return `ConsistentRatio{${this.threshold?.text ?? 'none'}}`;
  }
}

const NOT_SAMPLED: SamplingResult = { decision: SamplingDecision.NOT_RECORD };

/** Whether a trace is among the share, or among the smaller one of those its parent was sampled with. */
export function sampled(threshold: Threshold | undefined, context: Context, traceId: string): SamplingResult {
  const parent = trace.getSpanContext(context);
  const state = parent?.traceState;
  if (threshold === undefined || !isWithin(threshold, traceId, state)) return NOT_SAMPLED;
  const isFollowed = parent !== undefined && (parent.traceFlags & TraceFlags.SAMPLED) !== 0;
  const before = isFollowed ? thresholdIn(state) : undefined;
  const smaller = before !== undefined && before.digits > threshold.digits ? before : threshold;
  return { decision: SamplingDecision.RECORD_AND_SAMPLED, traceState: withThreshold(state, smaller) };
}
