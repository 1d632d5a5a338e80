import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

/** A child process that answers every message with one report, and sends one unasked when it is ready. */
export class Child<Report> {
  readonly #process: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#process = child;
  }

  /** Starts a module and resolves with its first report. */
  static async start<Report>(
    file: URL,
    options: { args?: string[]; execArgv?: string[]; env?: NodeJS.ProcessEnv } = {},
  ): Promise<{ child: Child<Report>; ready: Report }> {
    const { args = [], ...rest } = options;
    const child = new Child<Report>(fork(file, args, { execArgv: [], ...rest }));
    return { child, ready: await child.#report() };
  }

  /** A number is how many messages to send before the report. */
  ask(message: 'read' | 'take' | number): Promise<Report> {
    const report = this.#report();
    this.#process.send(message);
    return report;
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null) return;
    const exit = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await exit;
  }

  async #report(): Promise<Report> {
    const settled = new AbortController();
    const { signal } = settled;
    try {
      const report = once(this.#process, 'message', { signal }).then(([message]) => message as Report);
      const death = once(this.#process, 'exit', { signal }).then(([code]) => {
        throw new Error(
          `${this.#process.spawnargs.at(-1)}: the process ended (code ${code}) without a report`,
        );
      });
      return await Promise.race([report, death]);
    } finally {
      settled.abort();
    }
  }
}
