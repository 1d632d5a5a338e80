import type { Cell } from './cell.js';

/** The latest measurement. */
export class LastValueCell implements Cell<number> {
  updates = 0;
  readonly exemplars = undefined;
  #value = 0;

  record(value: number): void {
    this.updates += 1;
    this.#value = value;
  }

  observe(value: number): void {
    this.record(value);
  }

  total(): number {
    return this.#value;
  }

  since(): number {
    return this.#value;
  }
}
