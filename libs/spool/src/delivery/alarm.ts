/** A pause that can be ended. */
export class Alarm {
  #wake: (() => void) | undefined;
  readonly #holdsProcess: boolean;

  constructor(holdsProcess: boolean) {
    this.#holdsProcess = holdsProcess;
  }

  sleep(millis: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.ring(), millis);
      if (!this.#holdsProcess) timer.unref();
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  ring(): void {
    this.#wake?.();
    this.#wake = undefined;
  }
}
