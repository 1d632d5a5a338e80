/** Where the parent of a span is, and what the sampler decided: small numbers, so that counting is one addition. */
export const ParentOrigin = { none: 0, local: 1, remote: 2 } as const;
export const Sampling = { drop: 0, recordOnly: 1, recordAndSample: 2 } as const;

export type ParentOriginIndex = (typeof ParentOrigin)[keyof typeof ParentOrigin];
export type SamplingIndex = (typeof Sampling)[keyof typeof Sampling];

const RESULTS = 3;

/** Counts the spans of a tracer provider, at one addition for the start and one for the end of a span. */
export class SpanCounts {
  readonly #started = [0, 0, 0, 0, 0, 0, 0, 0, 0];
  readonly #live = [0, 0, 0];

  started(origin: ParentOriginIndex, sampling: SamplingIndex): void {
    this.#started[origin * RESULTS + sampling] = this.startedBy(origin, sampling) + 1;
    if (sampling !== Sampling.drop) this.#live[sampling] = this.liveBy(sampling) + 1;
  }

  ended(sampling: SamplingIndex): void {
    this.#live[sampling] = this.liveBy(sampling) - 1;
  }

  startedBy(origin: ParentOriginIndex, sampling: SamplingIndex): number {
    return this.#started[origin * RESULTS + sampling] ?? 0;
  }

  /** Spans that are recorded and have not ended. */
  liveBy(sampling: SamplingIndex): number {
    return this.#live[sampling] ?? 0;
  }
}
