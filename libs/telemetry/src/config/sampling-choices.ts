import type {
  ErrorRateSamplingOptions,
  ForceSamplingOptions,
  KeepLimits,
  KeepOptions,
  ParentSamplingOptions,
  SamplingRule,
  TracesOptions,
} from '../telemetry.options.js';

type Slowness = 'slowerThanMillis' | 'slowerThanPercentile';

/** {@link KeepOptions} with every default applied. */
export type ResolvedKeepOptions = Readonly<
  Pick<KeepOptions, Slowness> &
    Required<Omit<KeepOptions, Slowness | 'limits'>> & { limits: Required<KeepLimits> }
>;

/** What decides beside the sampler of {@link SamplerSettings}. */
export interface SamplingChoices {
  readonly parents: ParentSamplingOptions | undefined;
  readonly rules: readonly SamplingRule[];
  readonly errorRate: Readonly<Required<ErrorRateSamplingOptions>> | undefined;
  readonly force: ForceSamplingOptions | undefined;
  readonly keep: ResolvedKeepOptions | undefined;
  /** Whether attributes have to be there when a span is started, because the decision may depend on them. */
  readonly readsAttributes: boolean;
}

/** The options about sampling, with their defaults. */
export function resolveSamplingChoices({
  sampler,
  parents,
  rules = [],
  errorRate,
  force,
  keep,
}: TracesOptions): SamplingChoices {
  return {
    parents,
    rules,
    errorRate: errorRate && { maxRatio: 1, fullAt: 0.1, halfLifeMillis: 60_000, ...errorRate },
    force: force && { ...force, header: force.header.toLowerCase() },
    keep: keep && resolveKeep(keep),
    readsAttributes: sampler !== undefined || rules.length > 0 || errorRate !== undefined,
  };
}

function resolveKeep(keep: KeepOptions): ResolvedKeepOptions {
  return {
    errors: true,
    firstSeenRoutes: true,
    rules: [],
    unsampledParents: 'decide',
    holdMillis: 5000,
    ...keep,
    limits: {
      maxTraces: 10_000,
      maxSpansPerTrace: 1000,
      maxSpans: 50_000,
      maxAgeMillis: 60_000,
      ...keep.limits,
    },
  };
}
