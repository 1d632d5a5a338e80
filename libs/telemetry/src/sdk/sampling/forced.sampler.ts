import { type Attributes, type Context, type Link, type SpanKind, trace } from '@opentelemetry/api';
import { SamplingDecision, type SamplingResult } from '@opentelemetry/sdk-trace';
import { EVERYTHING, withThreshold } from '../../processors/sampling/consistent.threshold.js';
import { isForced } from '../../sampling.context.js';
import { FrontSampler } from '../tracer/sampler-traits.js';

/** Samples what was asked for by somebody who may; everything else is left to the sampler behind it. */
export class ForcedSampler extends FrontSampler {
  shouldSample(
    context: Context,
    traceId: string,
    name: string,
    kind: SpanKind,
    attributes: Attributes,
    links: Link[],
  ): SamplingResult {
    if (!isForced(context)) return this.behind.shouldSample(context, traceId, name, kind, attributes, links);
    const state = trace.getSpanContext(context)?.traceState;
    return {
      decision: SamplingDecision.RECORD_AND_SAMPLED,
      traceState: withThreshold(state, EVERYTHING),
    };
  }

  toString(): string {
    return `Forced{${this.behind.toString()}}`;
  }
}
