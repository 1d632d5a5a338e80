import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const READY_WITHIN_MILLIS = 60_000;
const STOPPED_WITHIN_MILLIS = 20_000;
const POLL_MILLIS = 100;

export interface RunningOptions {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Where its output is kept, in `<name>.log`. */
  readonly folder: string;
  /** Whether it can be used. */
  readonly ready: () => Promise<boolean>;
  /** Who it runs as, where that is not who we are. */
  readonly user?: { readonly uid: number; readonly gid: number };
}

/** A program of others as a plain process, which can be ended in any way and started again. */
export class Running implements AsyncDisposable {
  readonly #options: RunningOptions;
  #child: ChildProcess | undefined;

  private constructor(options: RunningOptions) {
    this.#options = options;
  }

  /** Resolves when the program can be used. */
  static async start(options: RunningOptions): Promise<Running> {
    const running = new Running(options);
    await running.start();
    return running;
  }

  async start(): Promise<void> {
    const { command, args, env, folder, name, user } = this.#options;
    const log = createWriteStream(join(folder, `${name}.log`), { flags: 'a' });
    const child = spawn(command, [...args], {
      cwd: folder,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own: a server that is started by a script ends with the script.
      detached: true,
      ...user,
    });
    child.stdout.pipe(log, { end: false });
    child.stderr.pipe(log, { end: false });
    child.once('close', () => log.end());
    this.#child = child;
    await this.#ready(child);
  }

  /** Ends it with a signal, and resolves when it is gone; what does not end in time is ended by force. */
  async stop(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'close');
    const send = (what: NodeJS.Signals): boolean => process.kill(-(child.pid ?? 0), what);
    send(signal);
    const late = setTimeout(() => send('SIGKILL'), STOPPED_WITHIN_MILLIS);
    await gone;
    clearTimeout(late);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop('SIGTERM');
  }

  async #ready(child: ChildProcess): Promise<void> {
    const { name, folder, ready } = this.#options;
    const deadline = Date.now() + READY_WITHIN_MILLIS;
    while (!(await ready().catch(() => false))) {
      const ended = child.exitCode ?? child.signalCode;
      if (ended !== null || Date.now() > deadline) {
        const lines = (await readFile(join(folder, `${name}.log`), 'utf8')).split('\n').slice(-15).join('\n');
        throw new Error(`${name} ${ended === null ? 'is not ready' : `ended with ${ended}`}:\n${lines}`);
      }
      await delay(POLL_MILLIS);
    }
  }
}

/** Whether an address answers, and well. */
export async function answers(url: string): Promise<boolean> {
  const response = await fetch(url, { signal: AbortSignal.timeout(2000) });
  await response.body?.cancel();
  return response.ok;
}
