import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { LOOPBACK } from './ports.ts';
import { ROOT } from './repository.ts';
import { StartError } from './start.error.ts';

const HEALTHY_WITHIN_MILLIS = 30_000;
const POLL_MILLIS = 100;
const STOPPED_WITHIN_MILLIS = 10_000;
const LINES_KEPT = 20;

export interface ServiceOptions {
  readonly name: string;
  readonly port: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly onLine: (line: string) => void;
}

/** One service in a process of its own. */
export class Service implements AsyncDisposable {
  readonly name: string;
  readonly url: string;
  /** Resolves with how it ended, e.g. `exit code 1`. */
  readonly ended: Promise<string>;
  readonly #child: ChildProcess;
  readonly #lines: string[] = [];

  constructor({ name, port, environment, onLine }: ServiceOptions) {
    this.name = name;
    this.url = `http://${LOOPBACK}:${port}`;
    this.#child = spawn(
      process.execPath,
      [
        '--import',
        new URL('exit-with-parent.ts', import.meta.url).href,
        join(ROOT, 'apps', name, 'dist', 'main.js'),
      ],
      {
        cwd: ROOT,
        env: { ...inheritedEnvironment(), ...environment, HOST: LOOPBACK, PORT: String(port) },
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
        // Ctrl-C in the terminal goes to its whole process group; services are stopped by us, one after the other.
        detached: true,
      },
    );
    this.ended = once(this.#child, 'exit').then(
      ([code, signal]) => (code === null ? `signal ${String(signal)}` : `exit code ${String(code)}`),
      (error: unknown) => String(error),
    );
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      if (stream === null) continue;
      createInterface({ input: stream }).on('line', (line) => {
        this.#lines.push(line);
        if (this.#lines.length > LINES_KEPT) this.#lines.shift();
        onLine(line);
      });
    }
  }

  /** Waits until the service answers its health check. */
  async healthy(signal: AbortSignal): Promise<void> {
    const deadline = AbortSignal.timeout(HEALTHY_WITHIN_MILLIS);
    const gone = this.ended.then((how): never => {
      throw this.#failure(`ended with ${how} while starting`);
    });
    const answering = (async () => {
      while (!(await this.#answers(AbortSignal.any([signal, deadline])))) {
        signal.throwIfAborted();
        if (deadline.aborted) throw this.#failure(`was not healthy after ${HEALTHY_WITHIN_MILLIS / 1000} s`);
        await delay(POLL_MILLIS);
      }
    })();
    // The one that loses the race must not end the process later.
    gone.catch(() => undefined);
    answering.catch(() => undefined);
    await Promise.race([gone, answering]);
  }

  /** Ends the service with a signal, as somebody else might. */
  async kill(signal: NodeJS.Signals): Promise<void> {
    this.#child.kill(signal);
    await this.ended;
  }

  /** Asks the service to stop, and ends it when it does not. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill('SIGTERM');
    const late = setTimeout(() => this.#child.kill('SIGKILL'), STOPPED_WITHIN_MILLIS);
    await this.ended;
    clearTimeout(late);
  }

  async #answers(signal: AbortSignal): Promise<boolean> {
    try {
      const response = await fetch(`${this.url}/health`, { signal });
      await response.body?.cancel();
      return response.ok;
    } catch {
      return false;
    }
  }

  #failure(what: string): StartError {
    const lines = this.#lines.map((line) => `  ${line}`).join('\n');
    return new StartError(`The ${this.name} service ${what}.${lines && ` Its last lines:\n${lines}`}`);
  }
}

/** Without what would send the demonstration's telemetry elsewhere or let it write to a real database. */
function inheritedEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(OTEL|TELEMETRY|DATABASE)_/.test(name));
  return Object.fromEntries(kept);
}
