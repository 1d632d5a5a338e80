import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  type Sampler,
  type SamplingResult,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace';

/** What is decided about spans whose parent is in another process, where the parent is not followed. */
export interface RemoteParentSamplers {
  readonly remoteParentSampled?: Sampler;
  readonly remoteParentNotSampled?: Sampler;
}

/**
 * The official parent-based sampler with its default of following local parents. Being of this class tells the tracer
 * that it may follow a local parent without asking.
 */
export class ParentFollowingSampler extends ParentBasedSampler {
  readonly #keepsRoots: boolean;

  constructor(root: Sampler, remote: RemoteParentSamplers = {}) {
    super({ root, ...remote });
    this.#keepsRoots = root.constructor === AlwaysOnSampler;
  }

  /** Whether every trace that begins here is recorded, so that nobody need be asked. */
  get keepsRoots(): boolean {
    return this.#keepsRoots;
  }
}

/** Stands in front of another sampler and has the same traits. */
export abstract class FrontSampler implements Sampler {
  /** Whether spans below one that is recorded and not sampled are recorded, too. */
  readonly recordsUnsampled: boolean = false;

  constructor(readonly behind: Sampler) {}

  abstract shouldSample(...asked: Parameters<Sampler['shouldSample']>): SamplingResult;

  abstract toString(): string;
}

/** Looks at no attributes. */
export abstract class BlindSampler implements Sampler {
  abstract shouldSample(...asked: Parameters<Sampler['shouldSample']>): SamplingResult;

  abstract toString(): string;
}

const ATTRIBUTE_BLIND: readonly unknown[] = [AlwaysOnSampler, AlwaysOffSampler, TraceIdRatioBasedSampler];

/**
 * Whether a sampler may look at attributes and links. The official ones do not, so these need not be made before it is
 * known that the span is recorded.
 */
export function readsAttributes(sampler: Sampler): boolean {
  if (sampler instanceof FrontSampler) return readsAttributes(sampler.behind);
  if (sampler instanceof BlindSampler || ATTRIBUTE_BLIND.includes(sampler.constructor)) return false;
  if (sampler.constructor !== ParentBasedSampler && sampler.constructor !== ParentFollowingSampler)
    return true;
  // Its five delegates. Should a later version keep them elsewhere, it merely counts as a reader.
  const delegates: Sampler[] = Object.values(sampler);
  return delegates.length !== 5 || delegates.some(readsAttributes);
}

/** Whether a span with a local parent is decided like this parent. */
export function followsLocalParent(sampler: Sampler): boolean {
  return parentFollowing(sampler) !== undefined;
}

/** Whether every trace that begins here is recorded and sampled. */
export function keepsRoots(sampler: Sampler): boolean {
  return parentFollowing(sampler)?.keepsRoots === true;
}

export function recordsUnsampled(sampler: Sampler): boolean {
  return sampler instanceof FrontSampler && (sampler.recordsUnsampled || recordsUnsampled(sampler.behind));
}

function parentFollowing(sampler: Sampler): ParentFollowingSampler | undefined {
  if (sampler instanceof FrontSampler) return parentFollowing(sampler.behind);
  return sampler instanceof ParentFollowingSampler ? sampler : undefined;
}
