import type { Cell } from './cell.js';

/** A sum of measurements, or the latest sum a callback reported. */
export class SumCell implements Cell<number> {
  updates = 0;
  readonly exemplars = undefined;
  #sum = 0;
  #told: number[] | undefined;

  constructor(private readonly isMonotonic: boolean) {}

  record(value: number): void {
    // A histogram or gauge that a view turns into a sum may be given what such a sum has no place for.
    if (this.isMonotonic && value < 0) return;
    this.updates += 1;
    this.#sum += value;
  }

  observe(value: number, adds: boolean): void {
    this.updates += 1;
    // What was counted elsewhere has begun anew, whichever reader happened to ask.
    if (this.#isReset(value, adds)) this.#told = undefined;
    this.#sum = adds ? this.#sum + value : value;
  }

  total(): number {
    return this.#sum;
  }

  since(reader: number): number {
    this.#told ??= [];
    const told = this.#told[reader] ?? 0;
    this.#told[reader] = this.#sum;
    return this.#sum - told;
  }

  #isReset(value: number, adds: boolean): boolean {
    return this.isMonotonic && !adds && value < this.#sum;
  }
}
