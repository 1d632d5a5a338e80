import type { Context } from '@opentelemetry/api';
import type { ExponentialHistogram } from '@opentelemetry/sdk-metrics';
import type { Exemplar } from '../../metrics/exemplar.js';
import type { Cell } from './cell.js';
import { exemplarOf } from './exemplars.js';
import { ExponentialDistribution, type ExponentialLayout } from './exponential.distribution.js';

/** What all cells of one histogram have in common. */
interface ExponentialCellLayout extends ExponentialLayout {
  readonly keepsExemplars: boolean;
}

/** Places for exemplars; sizes share one where they are so many powers of two apart. */
const EXEMPLARS = 16;

/**
 * Measurements in exponential buckets. Readers of differences get what came meanwhile at its own resolution, which a
 * subtraction from the whole would not give: one outlier makes the whole coarser for ever.
 */
export class ExponentialCell implements Cell<ExponentialHistogram> {
  updates = 0;
  exemplars: (Exemplar | undefined)[] | undefined;
  /** Since a reader of differences asked. */
  #latest: ExponentialDistribution;
  readonly #past: ExponentialDistribution;
  #untold: (ExponentialDistribution | undefined)[] | undefined;

  constructor(private readonly layout: ExponentialCellLayout) {
    this.#latest = new ExponentialDistribution(layout);
    this.#past = new ExponentialDistribution(layout);
  }

  record(value: number, context: Context | undefined): void {
    this.updates += 1;
    this.#latest.record(value);
    if (!this.layout.keepsExemplars) return;
    const exemplar = exemplarOf(value, context);
    if (exemplar !== undefined)
      (this.exemplars ??= Array.from({ length: EXEMPLARS }, () => undefined))[placeOf(value)] = exemplar;
  }

  observe(value: number): void {
    this.record(value, undefined);
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

/** Measurements of different sizes keep out of each other's way, so that rare large ones are not lost. */
function placeOf(value: number): number {
  return value === 0 ? 0 : Math.floor(Math.log2(Math.abs(value))) & (EXEMPLARS - 1);
}
