import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const FIXTURES = join(import.meta.dirname, '..', 'fixtures');

/** How a program is started. */
export interface ProgramOptions {
  /** Arguments of node, before the script. */
  readonly node?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** The folder it is in and runs in. @defaultValue `test/fixtures` */
  readonly cwd?: string;
  /** Handed to the fixture as JSON in `FIXTURE`. */
  readonly settings?: unknown;
}

/** How a program ended. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A fixture that runs as a process of its own, on the built library. */
export class Program implements AsyncDisposable {
  readonly ended: Promise<Ending>;
  stdout = '';
  stderr = '';
  readonly #child: ChildProcess;
  /** What one test leaves behind, another must not deliver. */
  readonly #spool = mkdtempSync(join(tmpdir(), 'nest-telemetry-program-'));
  readonly #listeners = new Set<() => void>();

  constructor(fixture: string, { node = [], env = {}, cwd = FIXTURES, settings }: ProgramOptions = {}) {
    this.#child = spawn(process.execPath, [...node, join(cwd, fixture)], {
      cwd,
      env: {
        ...withoutTelemetry(process.env),
        TELEMETRY_SPOOL_DIRECTORY: this.#spool,
        ...env,
        ...(settings !== undefined && { FIXTURE: JSON.stringify(settings) }),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
      for (const listener of this.#listeners) listener();
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
      for (const listener of this.#listeners) listener();
    });
    this.ended = once(this.#child, 'close').then(([code, signal]) => {
      for (const listener of this.#listeners) listener();
      return { code: code as number | null, signal: signal as NodeJS.Signals | null };
    });
  }

  /** What a program prints for its test: lines of the form `@name value`. */
  async says(name: string): Promise<string> {
    const [, value = ''] = await this.prints(new RegExp(`^@${name} ?(.*)$`, 'm'));
    return value;
  }

  /** Waits until output matches, on either stream. */
  prints(expected: RegExp): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const found = expected.exec(this.stdout) ?? expected.exec(this.stderr);
        const over = this.#child.exitCode !== null || this.#child.signalCode !== null;
        if (found === null && !over) return;
        this.#listeners.delete(look);
        if (found === null)
          reject(new Error(`ended without printing ${String(expected)}:\n${this.stdout}${this.stderr}`));
        else resolve(found);
      };
      this.#listeners.add(look);
      look();
    });
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.ended;
    rmSync(this.#spool, { recursive: true, force: true });
  }
}

/** The machine's own telemetry settings, and vitest's mark on its processes, are none of the fixture's. */
function withoutTelemetry(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(
      ([name]) => !/^(OTEL_|TELEMETRY_|LOG_|VITEST|NODE_OPTIONS$|NODE_ENV$|FORCE_COLOR$)/.test(name),
    ),
  );
}
