import type { Attributes, Context, Link, SpanKind } from '@opentelemetry/api';
import { type Sampler, SamplingDecision, type SamplingResult } from '@opentelemetry/sdk-trace';
import { userCodeFailed, warn, watchRejection } from '../../telemetry.warnings.js';

const WHERE = 'traces.sampler.shouldSample()';
const DROP: SamplingResult = { decision: SamplingDecision.NOT_RECORD };
/** A sampler that starts spans is asked about them; one that always does is never through. */
const MAX_DEPTH = 4;

/**
 * A sampler of the application. Where it throws, or answers with something else than a decision, the span is not
 * recorded, and its trace id is passed on all the same.
 */
export class SafeSampler implements Sampler {
  #depth = 0;

  constructor(private readonly inner: Sampler) {}

  shouldSample(
    context: Context,
    traceId: string,
    name: string,
    kind: SpanKind,
    attributes: Attributes,
    links: Link[],
  ): SamplingResult {
    if (this.#depth >= MAX_DEPTH) {
      const reason = 'it was asked about spans it started itself, which would go on for ever';
      warn('NT_USER_CODE_FAILED', { where: WHERE, reason });
      return DROP;
    }
    this.#depth += 1;
    try {
      return decided(this.inner.shouldSample(context, traceId, name, kind, attributes, links));
    } catch (error) {
      userCodeFailed(WHERE, error);
      return DROP;
    } finally {
      this.#depth -= 1;
    }
  }

  toString(): string {
    return 'SafeSampler';
  }
}

/** The answer, if all of it can be used; may throw. */
function decided(answer: unknown): SamplingResult {
  const result = answer as Partial<SamplingResult> | null | undefined;
  const decision = result?.decision;
  if (result === null || result === undefined || decision === undefined || !(decision in NAMED)) {
    watchRejection(WHERE, answer);
    warn('NT_USER_CODE_FAILED', { where: WHERE, reason: 'no decision was returned' });
    return DROP;
  }
  const { traceState } = result;
  if (traceState === undefined || typeof traceState.serialize === 'function') return result as SamplingResult;
  warn('NT_USER_CODE_FAILED', { where: WHERE, reason: 'its traceState is none' });
  const { traceState: _, ...rest } = result;
  return rest as SamplingResult;
}

const NAMED: Readonly<Record<number, true>> = {
  [SamplingDecision.NOT_RECORD]: true,
  [SamplingDecision.RECORD]: true,
  [SamplingDecision.RECORD_AND_SAMPLED]: true,
};
