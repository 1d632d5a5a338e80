import type { ExponentialHistogram } from '@opentelemetry/sdk-metrics';
import { ExponentialBuckets } from './exponential.buckets.js';
import { bucketIndex, MAX_SCALE } from './exponential.scale.js';

/** How an exponential histogram is kept and reported. */
export interface ExponentialLayout {
  /** Buckets of one sign at most. */
  readonly maxSize: number;
  readonly recordsMinMax: boolean;
  readonly hasSum: boolean;
}

/** Measurements in buckets whose resolution is halved whenever they would become too many. */
export class ExponentialDistribution {
  count = 0;
  #sum = 0;
  #zeros = 0;
  #min = Infinity;
  #max = -Infinity;
  #scale = MAX_SCALE;
  readonly #positive = new ExponentialBuckets();
  readonly #negative = new ExponentialBuckets();

  constructor(private readonly layout: ExponentialLayout) {}

  record(value: number): void {
    this.count += 1;
    this.#sum += value;
    if (value < this.#min) this.#min = value;
    if (value > this.#max) this.#max = value;
    if (value === 0) {
      this.#zeros += 1;
      return;
    }
    const buckets = value > 0 ? this.#positive : this.#negative;
    const size = Math.abs(value);
    const index = bucketIndex(size, this.#scale);
    const steps = buckets.stepsToFit(index, index, this.layout.maxSize);
    this.#downscale(steps);
    buckets.add(steps === 0 ? index : bucketIndex(size, this.#scale), 1);
  }

  /** Takes in all measurements of another one. */
  merge(other: ExponentialDistribution): void {
    this.count += other.count;
    this.#sum += other.#sum;
    this.#zeros += other.#zeros;
    this.#min = Math.min(this.#min, other.#min);
    this.#max = Math.max(this.#max, other.#max);
    if (other.#positive.isEmpty && other.#negative.isEmpty) return;
    this.#downscale(Math.max(0, this.#scale - other.#scale));
    this.#mergeBuckets(this.#positive, other.#positive, other.#scale);
    this.#mergeBuckets(this.#negative, other.#negative, other.#scale);
  }

  point(): ExponentialHistogram {
    const { recordsMinMax, hasSum } = this.layout;
    const hasMinMax = recordsMinMax && this.count > 0;
    return {
      min: hasMinMax ? this.#min : undefined,
      max: hasMinMax ? this.#max : undefined,
      sum: hasSum ? this.#sum : undefined,
      positive: { offset: this.#positive.offset, bucketCounts: [...this.#positive.counts] },
      negative: { offset: this.#negative.offset, bucketCounts: [...this.#negative.counts] },
      count: this.count,
      scale: this.count === this.#zeros ? 0 : this.#scale,
      zeroCount: this.#zeros,
    } as ExponentialHistogram;
  }

  #mergeBuckets(ours: ExponentialBuckets, theirs: ExponentialBuckets, theirScale: number): void {
    if (theirs.isEmpty) return;
    const shift = theirScale - this.#scale;
    const steps = ours.stepsToFit(theirs.offset >> shift, theirs.last >> shift, this.layout.maxSize);
    this.#downscale(steps);
    for (const [place, count] of theirs.counts.entries())
      if (count > 0) ours.add((theirs.offset + place) >> (shift + steps), count);
  }

  #downscale(steps: number): void {
    if (steps === 0) return;
    this.#positive.downscale(steps);
    this.#negative.downscale(steps);
    this.#scale -= steps;
  }
}
