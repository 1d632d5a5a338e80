/** A pause that can be ended. */
export class Alarm {
  #wake: (() => void) | undefined;
  readonly #holdsProcess: boolean;

  constructor(holdsProcess: boolean) {
    this.#holdsProcess = holdsProcess;
  }

  /** @param after - the pause begins when this resolves; it ends at any time */
  sleep(millis: number, after?: Promise<unknown>): Promise<void> {
    return new Promise((resolve) => {
      let timer: NodeJS.Timeout | undefined;
      let isOver = false;
      const begin = (): void => {
        if (isOver) return;
        timer = setTimeout(() => this.ring(), millis);
        if (!this.#holdsProcess) timer.unref();
      };
      this.#wake = () => {
        isOver = true;
        clearTimeout(timer);
        resolve();
      };
      if (after === undefined) begin();
      else void after.then(begin);
    });
  }

  ring(): void {
    this.#wake?.();
    this.#wake = undefined;
  }
}
