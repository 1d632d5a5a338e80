import type { Attributes, Context, SpanKind } from '@opentelemetry/api';
import { type Sampler, SamplingDecision, type SamplingResult } from '@opentelemetry/sdk-trace';
import { type Threshold, thresholdOf } from '../../processors/sampling/consistent.threshold.js';
import type { ErrorRates } from '../../processors/sampling/error.rates.js';
import { requestClass } from '../../processors/sampling/request.class.js';
import { sampled } from './consistent-ratio.sampler.js';

/**
 * Samples a share that follows the error rate of the kind of request. The first span of a trace that is not sampled is
 * recorded all the same, for only so it is known whether it failed.
 */
export class ErrorRateSampler implements Sampler {
  /** Ratios come in few steps. */
  readonly #thresholds = new Map<number, Threshold | undefined>();

  constructor(private readonly rates: ErrorRates) {}

  shouldSample(
    context: Context,
    traceId: string,
    name: string,
    kind: SpanKind,
    attributes: Attributes,
  ): SamplingResult {
    const ratio = this.rates.ratioOf(requestClass({ name, kind, attributes }));
    const result = sampled(this.#threshold(ratio), context, traceId);
    return result.decision === SamplingDecision.NOT_RECORD ? WATCHED : result;
  }

  toString(): string {
    return 'ErrorRate';
  }

  #threshold(ratio: number): Threshold | undefined {
    if (!this.#thresholds.has(ratio)) this.#thresholds.set(ratio, thresholdOf(ratio));
    return this.#thresholds.get(ratio);
  }
}

const WATCHED: SamplingResult = { decision: SamplingDecision.RECORD };
