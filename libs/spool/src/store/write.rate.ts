const WINDOW_MILLIS = 100;

/** Notices that more is written than a number of records per second. */
export class WriteRate {
  readonly #mostPerWindow: number;
  #windowBegan = 0;
  #count = 0;
  #wasHigh = false;

  constructor(recordsPerSecond: number) {
    this.#mostPerWindow = (recordsPerSecond * WINDOW_MILLIS) / 1000;
  }

  /** Counts one more record. The rate is high from the moment on that it is, until a window after it was. */
  isHigh(now: number): boolean {
    const elapsed = now - this.#windowBegan;
    if (elapsed >= WINDOW_MILLIS) {
      this.#wasHigh = this.#count > this.#mostPerWindow && elapsed < 2 * WINDOW_MILLIS;
      this.#windowBegan = now;
      this.#count = 0;
    }
    this.#count += 1;
    return this.#wasHigh || this.#count > this.#mostPerWindow;
  }
}
