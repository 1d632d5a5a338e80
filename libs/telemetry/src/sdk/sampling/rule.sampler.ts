import type { Attributes, Context, Link, SpanKind } from '@opentelemetry/api';
import { type Sampler, SamplingDecision, type SamplingResult } from '@opentelemetry/sdk-trace';
import { type CompiledRule, compileRule } from '../../processors/sampling/span.criteria.js';
import type { SamplingRule } from '../../telemetry.options.js';
import { sampled } from './consistent-ratio.sampler.js';

/** A decision that nothing overrules, told by identity. */
export const NEVER: SamplingResult = Object.freeze({ decision: SamplingDecision.NOT_RECORD });

/** The first rule that matches decides, and if none does the sampler behind it. */
export class RuleSampler implements Sampler {
  readonly #rules: readonly (CompiledRule & { readonly isFinal: boolean })[];

  constructor(
    rules: readonly SamplingRule[],
    private readonly others: Sampler,
  ) {
    this.#rules = rules.map((rule) => ({ ...compileRule(rule), isFinal: rule.sample === 'drop' }));
  }

  shouldSample(
    context: Context,
    traceId: string,
    name: string,
    kind: SpanKind,
    attributes: Attributes,
    links: Link[],
  ): SamplingResult {
    const facts = { name, kind, attributes };
    const rule = this.#rules.find(({ matches }) => matches(facts));
    if (rule === undefined) return this.others.shouldSample(context, traceId, name, kind, attributes, links);
    return rule.isFinal ? NEVER : sampled(rule.threshold, context, traceId);
  }

  toString(): string {
    return `Rules{${this.#rules.length}, ${this.others.toString()}}`;
  }
}
