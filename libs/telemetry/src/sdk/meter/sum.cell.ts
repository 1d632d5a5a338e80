import type { Context } from '@opentelemetry/api';
import type { Exemplar } from '../../metrics/exemplar.js';
import type { Cell } from './cell.js';
import { exemplarOf } from './exemplars.js';

/** What all cells of one sum have in common. */
export interface SumLayout {
  readonly isMonotonic: boolean;
  /** Of what goes up and down no single measurement is an example. */
  readonly keepsExemplars: boolean;
}

/** A sum of measurements, or the latest sum a callback reported. */
export class SumCell implements Cell<number> {
  updates = 0;
  #exemplar: Exemplar | undefined;
  #sum = 0;
  #told: number[] | undefined;

  constructor(private readonly layout: SumLayout) {}

  get exemplars(): readonly Exemplar[] | undefined {
    return this.#exemplar === undefined ? undefined : [this.#exemplar];
  }

  record(value: number, context: Context | undefined): void {
    const { isMonotonic, keepsExemplars } = this.layout;
    // A histogram or gauge that a view turns into a sum may be given what such a sum has no place for.
    if (isMonotonic && value < 0) return;
    this.updates += 1;
    this.#sum += value;
    if (!keepsExemplars) return;
    const exemplar = exemplarOf(value, context);
    if (exemplar !== undefined) this.#exemplar = exemplar;
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
    return this.layout.isMonotonic && !adds && value < this.#sum;
  }
}
