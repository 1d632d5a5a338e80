import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace';
import type { ResolvedOptions } from '../../config/resolved-options.js';
import { EVERYTHING, thresholdOf } from '../../processors/sampling/consistent.threshold.js';
import type { ErrorRates } from '../../processors/sampling/error.rates.js';
import type { ParentDecision, ParentSamplingOptions } from '../../telemetry.options.js';
import { ParentFollowingSampler } from '../tracer/sampler-traits.js';
import { ConsistentRatioSampler } from './consistent-ratio.sampler.js';
import { ErrorRateSampler } from './error-rate.sampler.js';
import { ForcedSampler } from './forced.sampler.js';
import { RuleSampler } from './rule.sampler.js';
import { SecondChanceSampler } from './second-chance.sampler.js';

/**
 * The sampler the options and the environment ask for, from the inside out: the ratio, which may follow the errors; rules
 * about what begins here; parents; who may force it; and a second chance where tail sampling decides.
 */
export function createSampler(
  { traces }: Pick<ResolvedOptions, 'traces'>,
  errorRates: ErrorRates | undefined,
): Sampler {
  const { force, keep } = traces.choices;
  let sampler = traces.sampler ?? createHead(traces, errorRates);
  if (force !== undefined) sampler = new ForcedSampler(sampler);
  if (keep !== undefined) sampler = new SecondChanceSampler(sampler, keep.unsampledParents === 'decide');
  return sampler;
}

function createHead(
  { sampling, choices }: ResolvedOptions['traces'],
  errorRates: ErrorRates | undefined,
): Sampler {
  const { parents, rules, keep } = choices;
  const ratio = errorRates ? new ErrorRateSampler(errorRates) : createRoot(sampling, keep !== undefined);
  const root = rules.length > 0 ? new RuleSampler(rules, ratio) : ratio;
  if (parents !== undefined) return createParentBased(root, parents);
  return sampling.followsParent ? new ParentFollowingSampler(root) : root;
}

/** With tail sampling it has to be known with which probability a trace was sampled. */
function createRoot({ root, ratio }: ResolvedOptions['traces']['sampling'], isConsistent: boolean): Sampler {
  if (root !== 'ratio') return root === 'on' ? new AlwaysOnSampler() : new AlwaysOffSampler();
  return isConsistent ? new ConsistentRatioSampler(thresholdOf(ratio)) : new TraceIdRatioBasedSampler(ratio);
}

function createParentBased(root: Sampler, parents: ParentSamplingOptions): Sampler {
  const { remoteSampled = 'sample', remoteNotSampled = 'drop' } = parents;
  const { localSampled = 'sample', localNotSampled = 'drop' } = parents;
  const remote = {
    remoteParentSampled: ofSampled(remoteSampled, root),
    remoteParentNotSampled: ofNotSampled(remoteNotSampled, root),
  };
  if (localSampled === 'sample' && localNotSampled === 'drop')
    return new ParentFollowingSampler(root, remote);
  return new ParentBasedSampler({
    root,
    ...remote,
    localParentSampled: ofSampled(localSampled, root),
    localParentNotSampled: ofNotSampled(localNotSampled, root),
  });
}

/** What a parent was sampled with stays true for those that follow it. */
function ofSampled(decision: ParentDecision, root: Sampler): Sampler {
  return decision === 'sample' ? new AlwaysOnSampler() : ofNotSampled(decision, root);
}

function ofNotSampled(decision: ParentDecision, root: Sampler): Sampler {
  if (decision === 'root') return root;
  if (decision === 'drop') return new AlwaysOffSampler();
  return new ConsistentRatioSampler(decision === 'sample' ? EVERYTHING : thresholdOf(decision));
}
