import type { ExponentialHistogram } from '@opentelemetry/sdk-metrics';
import type { Cell } from './cell.js';
import { ExponentialDistribution, type ExponentialLayout } from './exponential.distribution.js';

/**
 * Measurements in exponential buckets. Readers of differences get what came meanwhile at its own resolution, which a
 * subtraction from the whole would not give: one outlier makes the whole coarser for ever.
 */
export class ExponentialCell implements Cell<ExponentialHistogram> {
  updates = 0;
  readonly exemplars = undefined;
  /** Since a reader of differences asked. */
  #latest: ExponentialDistribution;
  readonly #past: ExponentialDistribution;
  #untold: (ExponentialDistribution | undefined)[] | undefined;

  constructor(private readonly layout: ExponentialLayout) {
    this.#latest = new ExponentialDistribution(layout);
    this.#past = new ExponentialDistribution(layout);
  }

  record(value: number): void {
    this.updates += 1;
    this.#latest.record(value);
  }

  observe(value: number): void {
    this.record(value);
  }

  total(): ExponentialHistogram {
    const all = new ExponentialDistribution(this.layout);
    all.merge(this.#past);
    all.merge(this.#latest);
    return all.point();
  }

  since(reader: number): ExponentialHistogram {
    this.#untold ??= [];
    for (const untold of this.#untold) untold?.merge(this.#latest);
    this.#past.merge(this.#latest);
    this.#latest = new ExponentialDistribution(this.layout);
    const point = (this.#untold[reader] ?? this.#past).point();
    this.#untold[reader] = new ExponentialDistribution(this.layout);
    return point;
  }
}
