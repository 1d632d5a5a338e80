const WINDOW_MILLIS = 100;

/** Notices that more is written than a number of records per second. */
export class WriteRate {
  readonly #mostPerWindow: number;
  #windowBegan = 0;
  #count = 0;
  #wasHigh = false;
  #isHigh = false;

  constructor(recordsPerSecond: number) {
    this.#mostPerWindow = (recordsPerSecond * WINDOW_MILLIS) / 1000;
  }

  /** Whether it was when the last record was counted. */
  get isHigh(): boolean {
    return this.#isHigh;
  }

  /** Counts one more record. The rate is high from the moment on that it is, until a window after it was. */
  count(now: number): void {
    const elapsed = now - this.#windowBegan;
    if (elapsed >= WINDOW_MILLIS) {
      this.#wasHigh = this.#count > this.#mostPerWindow && elapsed < 2 * WINDOW_MILLIS;
      this.#windowBegan = now;
      this.#count = 0;
    }
    this.#count += 1;
    this.#isHigh = this.#wasHigh || this.#count > this.#mostPerWindow;
  }
}
