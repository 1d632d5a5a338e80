/** Bounds of the pauses after failed attempts, in milliseconds. */
export interface BackoffLimits {
  readonly initialMillis: number;
  readonly maxMillis: number;
  readonly maxRetryAfterMillis: number;
}

/**
 * Pauses with full jitter: any time up to a bound that doubles, so that the clients of a server that comes back do not
 * all return at once.
 */
export class Backoff {
  readonly #limits: BackoffLimits;
  readonly #random: () => number;
  #failures = 0;

  constructor(limits: BackoffLimits, random: () => number = Math.random) {
    this.#limits = limits;
    this.#random = random;
  }

  /**
   * The pause after one more failure.
   * @param afterMillis - what the server asked to wait: never less than that, but for the cap
   */
  next(afterMillis = 0): number {
    const { initialMillis, maxMillis, maxRetryAfterMillis } = this.#limits;
    const bound = Math.min(maxMillis, initialMillis * 2 ** Math.min(this.#failures, 30));
    this.#failures += 1;
    // Also without an answer something is waited: what fails at once would be tried without end.
    const pause = Math.max(1, this.#random() * bound);
    return Math.ceil(Math.min(afterMillis, maxRetryAfterMillis) + pause);
  }

  reset(): void {
    this.#failures = 0;
  }
}
