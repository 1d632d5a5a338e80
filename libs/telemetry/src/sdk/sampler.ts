import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace';
import type { ResolvedOptions } from '../config/resolved-options.js';
import type { SamplerSettings } from '../config/sampler-settings.js';
import { ParentFollowingSampler } from './tracer/sampler-traits.js';

/** The sampler the options and the environment ask for. */
export function createSampler({ traces }: ResolvedOptions): Sampler {
  if (traces.sampler) return traces.sampler;
  const root = createRoot(traces.sampling);
  return traces.sampling.followsParent ? new ParentFollowingSampler(root) : root;
}

function createRoot({ root, ratio }: SamplerSettings): Sampler {
  if (root === 'ratio') return new TraceIdRatioBasedSampler(ratio);
  return root === 'on' ? new AlwaysOnSampler() : new AlwaysOffSampler();
}
