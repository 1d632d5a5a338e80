import { setImmediate } from 'node:timers/promises';

/** Reading the clock costs as much as several series. */
const STEPS_BETWEEN_LOOKS = 64;

/** Divides long work, so that requests are served in between. */
export class TimeSlice {
  #steps = 0;
  #end: number;

  constructor(private readonly milliseconds = 2) {
    this.#end = performance.now() + milliseconds;
  }

  /** To be asked after each small step; when it says yes, {@link pause} is due. */
  isOver(): boolean {
    this.#steps += 1;
    return this.#steps % STEPS_BETWEEN_LOOKS === 0 && performance.now() > this.#end;
  }

  /** Lets everything else have its turn. */
  async pause(): Promise<void> {
    await setImmediate();
    this.#end = performance.now() + this.milliseconds;
  }
}
