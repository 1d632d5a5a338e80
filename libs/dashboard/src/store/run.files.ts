import { chmodSync, closeSync, lstatSync, mkdirSync, openSync, readdirSync, rmSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { RunInfo } from '../api/api.types.js';
import { DashboardError } from '../dashboard.errors.js';
import { Database } from './database.js';

const KEPT_RUNS = 10;
const RUN = /^(\d{13})-\d+\.db$/;
/** Of a dashboard that deletes its file at the end; one that was killed could not. */
const TEMPORARY = /^temporary-(\d{13})-\d+\.db$/;
const STARTING_MILLIS = 10_000;
const RESUMED = 'resumed.db';
const COMPANIONS = ['', '-wal', '-shm'];

/** Where data is kept when nothing else is said: with the user's other state, never in a folder all users share. */
export function defaultDirectory(env: NodeJS.ProcessEnv): string {
  const state = env['XDG_STATE_HOME'];
  return join(
    state === undefined || state === '' ? join(homedir(), '.local', 'state') : state,
    'nest-telemetry',
    'dashboard',
  );
}

/** The file of one run. */
export class RunFiles {
  readonly file: string;
  readonly id: string;

  /** @throws DashboardError `ND_DIRECTORY` when the folder cannot be used, or belongs to somebody else */
  constructor(
    private readonly directory: string,
    private readonly retention: 'none' | 'run' | 'resume',
  ) {
    prepare(directory);
    this.#deleteLeftOver();
    if (retention === 'run') this.#forgetOldest();
    const now = `${Date.now()}-${process.pid}`;
    this.id = { none: `temporary-${now}`, run: now, resume: 'resumed' }[retention];
    this.file = this.fileOf(this.id);
    // Made before the database makes it, which would let everybody read it.
    closeSync(openSync(this.file, 'a', 0o600));
    chmodSync(this.file, 0o600);
  }

  /** Path of the file of a run. */
  fileOf(id: string): string {
    return join(this.directory, `${id}.db`);
  }

  /** Runs whose files are there, the newest first. */
  list(): RunInfo[] {
    return readdirSync(this.directory)
      .filter((name) => RUN.test(name) || name === RESUMED || name === `${this.id}.db`)
      .flatMap((name) => {
        const found = statSync(join(this.directory, name), { throwIfNoEntry: false });
        if (found === undefined) return [];
        const [, started] = RUN.exec(name) ?? TEMPORARY.exec(name) ?? [];
        const id = name.slice(0, -'.db'.length);
        const startedUs = Number(started ?? Math.trunc(found.birthtimeMs)) * 1000;
        return { id, startedUs, bytes: found.size, current: id === this.id };
      })
      .toSorted((a, b) => b.startedUs - a.startedUs);
  }

  /** What is to happen at the end. */
  finish(): void {
    if (this.retention === 'none') remove(this.file);
  }

  #forgetOldest(): void {
    const names = readdirSync(this.directory)
      .filter((name) => RUN.test(name))
      .toSorted();
    for (const name of names.slice(0, Math.max(0, names.length - KEPT_RUNS + 1)))
      removeUnused(join(this.directory, name));
  }

  #deleteLeftOver(): void {
    for (const name of readdirSync(this.directory)) {
      const [, started] = TEMPORARY.exec(name) ?? [];
      // One that is starting right now has not opened its file yet.
      if (started !== undefined && Date.now() - Number(started) > STARTING_MILLIS)
        removeUnused(join(this.directory, name));
    }
  }
}

/** Removes a file, unless another dashboard has it open. */
function removeUnused(file: string): void {
  try {
    new Database(file, { readOnly: true }).close();
  } catch (error) {
    if (error instanceof DashboardError && error.code === 'ND_STORE_IN_USE') return;
  }
  remove(file);
}

function prepare(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const found = lstatSync(directory);
    const uid = process.getuid?.();
    if (!found.isDirectory() || (uid !== undefined && found.uid !== uid))
      throw new Error('it is not a folder of this user');
    chmodSync(directory, 0o700);
  } catch (error) {
    throw new DashboardError('ND_DIRECTORY', `${directory} cannot be used: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

function remove(file: string): void {
  for (const companion of COMPANIONS) rmSync(file + companion, { force: true });
}
