import type { IdGenerator, Sampler } from '@opentelemetry/sdk-trace';
import type { Resource } from '@opentelemetry/resources';
import type { GuardSpanProcessor } from '../../processors/guard.span-processor.js';
import type { SpanCounts } from '../health/span.counts.js';
import type { LiveSpans } from './live.spans.js';
import type { ResolvedSpanLimits } from './span-limits.js';

/** What all tracers of a provider share. */
export interface TracePipeline {
  readonly resource: Resource;
  readonly sampler: Sampler;
  /** See `sampler-traits.ts`. */
  readonly samplerFollowsLocalParent: boolean;
  readonly samplerKeepsRoots: boolean;
  readonly samplerRecordsUnsampled: boolean;
  readonly samplerReadsAttributes: boolean;
  readonly processor: GuardSpanProcessor;
  readonly limits: ResolvedSpanLimits;
  /** Must not throw. */
  readonly ids: IdGenerator;
  /** The ids are known to be valid, and nobody minds in which order they are made. */
  readonly ownIds: boolean;
  /** The spans that are open; `undefined` where nobody looks for those that are never ended. */
  readonly live: LiveSpans | undefined;
  /** What the provider tells about itself. */
  readonly counts: SpanCounts;
}
