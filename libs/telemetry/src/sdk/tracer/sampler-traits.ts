import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace';

/**
 * The official parent-based sampler with its default of following the parent. Being of this class tells the tracer
 * that it may follow a local parent without asking.
 */
export class ParentFollowingSampler extends ParentBasedSampler {
  readonly #keepsRoots: boolean;

  constructor(root: Sampler) {
    super({ root });
    this.#keepsRoots = root.constructor === AlwaysOnSampler;
  }

  /** Whether every trace that begins here is recorded, so that nobody need be asked. */
  get keepsRoots(): boolean {
    return this.#keepsRoots;
  }
}

const ATTRIBUTE_BLIND: readonly unknown[] = [AlwaysOnSampler, AlwaysOffSampler, TraceIdRatioBasedSampler];

/**
 * Whether a sampler may look at attributes and links. The official ones do not, so these need not be made before it is
 * known that the span is recorded.
 */
export function readsAttributes(sampler: Sampler): boolean {
  if (ATTRIBUTE_BLIND.includes(sampler.constructor)) return false;
  if (sampler.constructor !== ParentBasedSampler && sampler.constructor !== ParentFollowingSampler)
    return true;
  // Its five delegates. Should a later version keep them elsewhere, it merely counts as a reader.
  const delegates: Sampler[] = Object.values(sampler);
  return delegates.length !== 5 || delegates.some(readsAttributes);
}
