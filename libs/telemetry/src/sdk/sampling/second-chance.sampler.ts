import { type Attributes, type Context, type Link, type SpanKind, trace } from '@opentelemetry/api';
import { type Sampler, SamplingDecision, type SamplingResult } from '@opentelemetry/sdk-trace';
import { FrontSampler } from '../tracer/sampler-traits.js';
import { NEVER } from './rule.sampler.js';

/** Has recorded, for tail sampling to decide, what the sampler behind it does not sample. */
export class SecondChanceSampler extends FrontSampler {
  override readonly recordsUnsampled = true;

  constructor(
    behind: Sampler,
    /** Whether also what a caller did not sample. */
    private readonly includesRemote: boolean,
  ) {
    super(behind);
  }

  shouldSample(
    context: Context,
    traceId: string,
    name: string,
    kind: SpanKind,
    attributes: Attributes,
    links: Link[],
  ): SamplingResult {
    const result = this.behind.shouldSample(context, traceId, name, kind, attributes, links);
    if (result.decision !== SamplingDecision.NOT_RECORD || result === NEVER) return result;
    return this.#mayRecord(context) ? { ...result, decision: SamplingDecision.RECORD } : result;
  }

  toString(): string {
    return `SecondChance{${this.behind.toString()}}`;
  }

  #mayRecord(context: Context): boolean {
    const parent = trace.getSpan(context);
    if (parent === undefined) return true;
    // A trace that is not recorded is not recorded again below.
    return parent.spanContext().isRemote === true ? this.includesRemote : parent.isRecording();
  }
}
