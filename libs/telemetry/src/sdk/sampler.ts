import { ParentBasedSampler, type Sampler, TraceIdRatioBasedSampler } from '@opentelemetry/sdk-trace';
import type { ResolvedOptions } from '../config/resolved-options.js';

/** The sampler the options ask for; `undefined` leaves the choice to `OTEL_TRACES_SAMPLER`. */
export function createSampler({ traces }: ResolvedOptions): Sampler | undefined {
  if (traces.sampler) return traces.sampler;
  if (traces.ratio === undefined) return undefined;
  return new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(traces.ratio) });
}
