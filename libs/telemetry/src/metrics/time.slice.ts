import { setImmediate } from 'node:timers/promises';

/** How work is divided. */
export interface TimeSliceOptions {
  /** @defaultValue 2 */
  readonly milliseconds?: number;
  /** Steps that are taken without a look at the clock, which costs as much as several series. @defaultValue 64 */
  readonly stepsBetweenLooks?: number;
}

/** Divides long work, so that requests are served in between. */
export class TimeSlice {
  readonly #milliseconds: number;
  readonly #stepsBetweenLooks: number;
  #steps = 0;
  #end: number;

  constructor({ milliseconds = 2, stepsBetweenLooks = 64 }: TimeSliceOptions = {}) {
    this.#milliseconds = milliseconds;
    this.#stepsBetweenLooks = stepsBetweenLooks;
    this.#end = performance.now() + milliseconds;
  }

  /** To be asked after each small step; when it says yes, {@link pause} is due. */
  isOver(): boolean {
    this.#steps += 1;
    return this.#steps % this.#stepsBetweenLooks === 0 && performance.now() > this.#end;
  }

  /** Lets everything else have its turn. */
  async pause(): Promise<void> {
    await setImmediate();
    this.#end = performance.now() + this.#milliseconds;
  }
}
