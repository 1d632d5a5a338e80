/** How the ratio follows the errors; see `ErrorRateSamplingOptions`. */
export interface ErrorRateSettings {
  readonly minRatio: number;
  readonly maxRatio: number;
  readonly fullAt: number;
  readonly halfLifeMillis: number;
}

interface Outcomes {
  total: number;
  failed: number;
  /** When both were true. */
  at: number;
}

/** Classes that are told apart; the one that was not heard of for longest makes room. */
const MAX_CLASSES = 500;
/** One request that failed out of a few does not make a rate. */
const LEAST_TOTAL = 50;
/** Ratios are rounded up to one of so many, so that few thresholds are in use. */
const STEPS = 50;

/** Counts outcomes by class of request, the older the less, and knows which ratio is right for each. */
export class ErrorRates {
  readonly #classes = new Map<string, Outcomes>();

  /** @param now - milliseconds */
  constructor(
    private readonly settings: ErrorRateSettings,
    private readonly now: () => number,
  ) {}

  record(key: string, isFailed: boolean): void {
    const now = this.now();
    let outcomes = this.#classes.get(key);
    if (outcomes === undefined) {
      outcomes = { total: 0, failed: 0, at: now };
      if (this.#classes.size >= MAX_CLASSES) this.#forgetOldest();
    } else {
      this.#classes.delete(key);
      this.#age(outcomes, now);
    }
    this.#classes.set(key, outcomes);
    outcomes.total += 1;
    if (isFailed) outcomes.failed += 1;
  }

  ratioOf(key: string): number {
    const { minRatio, maxRatio, fullAt } = this.settings;
    const outcomes = this.#classes.get(key);
    if (outcomes === undefined) return minRatio;
    this.#age(outcomes, this.now());
    const rate = outcomes.failed / Math.max(outcomes.total, LEAST_TOTAL);
    // What is left of errors long ago is none.
    const step = Math.ceil(Math.min(1, rate / fullAt) * STEPS - 0.01);
    return minRatio + (Math.max(maxRatio, minRatio) - minRatio) * (step / STEPS);
  }

  #age(outcomes: Outcomes, now: number): void {
    const factor = 2 ** (-Math.max(0, now - outcomes.at) / this.settings.halfLifeMillis);
    outcomes.total *= factor;
    outcomes.failed *= factor;
    outcomes.at = now;
  }

  #forgetOldest(): void {
    for (const oldest of this.#classes.keys()) {
      this.#classes.delete(oldest);
      return;
    }
  }
}
