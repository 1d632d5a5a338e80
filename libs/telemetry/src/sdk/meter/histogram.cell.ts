import type { Context } from '@opentelemetry/api';
import type { Histogram } from '@opentelemetry/sdk-metrics';
import type { Exemplar } from '../../metrics/exemplar.js';
import type { Cell } from './cell.js';
import { exemplarOf } from './exemplars.js';

/** What all cells of one histogram have in common. */
export interface BucketLayout {
  /** Upper bounds, ascending and finite; the last bucket has none. */
  readonly boundaries: number[];
  readonly recordsMinMax: boolean;
  readonly keepsExemplars: boolean;
  /** Whether sums mean something: negative measurements make them go down. */
  readonly hasSum: boolean;
}

/** What a reader of differences was told, and what it has not been told yet. */
interface Told {
  count: number;
  sum: number;
  counts: number[];
  min: number;
  max: number;
}

/** Measurements counted in buckets. */
export class HistogramCell implements Cell<Histogram> {
  updates = 0;
  exemplars: (Exemplar | undefined)[] | undefined;
  #sum = 0;
  readonly #counts: number[];
  /** Least and greatest since a reader of differences asked, for these cannot be subtracted. */
  #min = Infinity;
  #max = -Infinity;
  #pastMin = Infinity;
  #pastMax = -Infinity;
  #told: (Told | undefined)[] | undefined;

  constructor(private readonly layout: BucketLayout) {
    // Written out, because an array filled with numbers is faster to count in than one with holes.
    this.#counts = layout.boundaries.map(() => 0);
    this.#counts.push(0);
  }

  record(value: number, context: Context | undefined): void {
    const { boundaries, keepsExemplars } = this.layout;
    let low = 0;
    let high = boundaries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((boundaries[middle] as number) < value) low = middle + 1;
      else high = middle;
    }
    this.updates += 1;
    this.#sum += value;
    if (value < this.#min) this.#min = value;
    if (value > this.#max) this.#max = value;
    (this.#counts[low] as number) += 1;
    if (!keepsExemplars) return;
    const exemplar = exemplarOf(value, context);
    if (exemplar !== undefined)
      (this.exemplars ??= Array.from(this.#counts, () => undefined))[low] = exemplar;
  }

  observe(value: number): void {
    this.record(value, undefined);
  }

  total(): Histogram {
    const min = Math.min(this.#min, this.#pastMin);
    const max = Math.max(this.#max, this.#pastMax);
    return this.#point(this.updates, this.#sum, [...this.#counts], min, max);
  }

  since(reader: number): Histogram {
    this.#handOut();
    const told = this.#toldTo(reader);
    const counts = this.#counts.map((count, index) => count - (told.counts[index] ?? 0));
    const point = this.#point(this.updates - told.count, this.#sum - told.sum, counts, told.min, told.max);
    told.count = this.updates;
    told.sum = this.#sum;
    told.counts = [...this.#counts];
    told.min = Infinity;
    told.max = -Infinity;
    return point;
  }

  /** Notes least and greatest for every reader, so that one who asks takes them from nobody. */
  #handOut(): void {
    this.#told ??= [];
    for (const told of this.#told) {
      // Readers are numbered across metrics, so there may be gaps.
      if (told === undefined) continue;
      told.min = Math.min(told.min, this.#min);
      told.max = Math.max(told.max, this.#max);
    }
    this.#pastMin = Math.min(this.#pastMin, this.#min);
    this.#pastMax = Math.max(this.#pastMax, this.#max);
    this.#min = Infinity;
    this.#max = -Infinity;
  }

  #toldTo(reader: number): Told {
    this.#told ??= [];
    return (this.#told[reader] ??= { count: 0, sum: 0, counts: [], min: this.#pastMin, max: this.#pastMax });
  }

  #point(count: number, sum: number, counts: number[], min: number, max: number): Histogram {
    const { boundaries, recordsMinMax, hasSum } = this.layout;
    const hasMinMax = recordsMinMax && count > 0;
    return {
      min: hasMinMax ? min : undefined,
      max: hasMinMax ? max : undefined,
      sum: hasSum ? sum : undefined,
      buckets: { boundaries, counts },
      count,
    } as Histogram;
  }
}
