import type { WriteStream } from 'node:tty';

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const FRAME_MILLIS = 80;
const CLEAR_LINE = '\r\x1b[2K';

/** Where progress goes: a terminal shows a spinner, everything else plain lines. */
export type ProgressOutput = Pick<WriteStream, 'write'> & { readonly isTTY?: boolean };

/** Says what is being done, and how long it took. */
export class Progress {
  readonly #output: ProgressOutput;

  constructor(output: ProgressOutput) {
    this.#output = output;
  }

  async step<T>(title: string, run: () => Promise<T>): Promise<T> {
    const startedAt = performance.now();
    const spinner = this.#spin(title);
    const finish = (mark: string) => {
      clearInterval(spinner);
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
      this.#output.write(`${spinner === undefined ? '' : CLEAR_LINE}${mark} ${title} (${seconds} s)\n`);
    };
    try {
      const result = await run();
      finish('✓');
      return result;
    } catch (error) {
      finish('✗');
      throw error;
    }
  }

  #spin(title: string): NodeJS.Timeout | undefined {
    if (this.#output.isTTY !== true) {
      this.#output.write(`… ${title}\n`);
      return undefined;
    }
    let frame = 0;
    const draw = () => {
      this.#output.write(`${CLEAR_LINE}${FRAMES[frame++ % FRAMES.length]} ${title}`);
    };
    draw();
    return setInterval(draw, FRAME_MILLIS);
  }
}
