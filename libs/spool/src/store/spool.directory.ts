import { randomUUID } from 'node:crypto';
import {
  accessSync,
  closeSync,
  constants,
  lstatSync,
  mkdirSync,
  readdirSync,
  rmdirSync,
  unlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import { LANES } from '../lanes.js';
import { reasonOf } from '../spool.events.js';
import { type DirectoryLock, lockFile, requireLocks } from './directory.lock.js';
import { createPrivateFile, isOwnFile, openServiceDirectory, requirePrivate } from './private.directory.js';

const LOCK = 'lock';
const SEGMENT = /^(\d{10})-([a-z]+)\.seg$/;
const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/;
/** Between making a directory and locking it, another process may have taken it for an orphan. */
const ATTEMPTS = 3;

/** A directory that is locked by this process. */
export interface HeldDirectory {
  readonly path: string;
  readonly lock: DirectoryLock;
}

/**
 * Why a spool could not be kept below a directory, which is made if it is not there; undefined when it can be.
 * @since 0.1.0
 */
export function directoryProblem(base: string, service: string): string | undefined {
  try {
    requireLocks();
    accessSync(openServiceDirectory(base, service), constants.W_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    return reasonOf(error);
  }
}

/** Makes a directory of our own and locks it. Throws when there can be none that is safe. */
export function createSpoolDirectory(base: string, service: string): HeldDirectory {
  const parent = openServiceDirectory(base, service);
  for (let count = 1; ; count += 1) {
    const path = join(parent, randomUUID());
    mkdirSync(path, { mode: 0o700 });
    try {
      const descriptor = createPrivateFile(join(path, LOCK));
      const { ino } = lstatSync(join(path, LOCK));
      closeSync(descriptor);
      const lock = lockFile(join(path, LOCK));
      if (lock !== undefined) {
        if (isFile(join(path, LOCK), ino)) return { path, lock };
        lock.release();
      }
    } catch (error) {
      removeSpoolDirectory(path);
      if (count === ATTEMPTS) throw error;
      continue;
    }
    if (count === ATTEMPTS) throw new Error(`${parent} cannot be locked`);
  }
}

function isFile(path: string, ino: number): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.ino === ino;
}

/** Locks directories of the same service whose process has ended. Those that cannot be trusted are left alone. */
export function adoptOrphans(base: string, service: string, held: ReadonlySet<string>): HeldDirectory[] {
  const parent = openServiceDirectory(base, service);
  const adopted: HeldDirectory[] = [];
  for (const name of readdirSync(parent)) {
    const path = join(parent, name);
    if (!UUID.test(name) || held.has(path)) continue;
    const lock = attempt(() => adopt(path));
    if (lock !== undefined) adopted.push({ path, lock });
  }
  return adopted;
}

function adopt(path: string): DirectoryLock | undefined {
  requirePrivate(path);
  const lockPath = join(path, LOCK);
  const found = lstatSync(lockPath);
  if (!isOwnFile(found)) return undefined;
  const lock = lockFile(lockPath);
  if (lock === undefined || isFile(lockPath, found.ino)) return lock;
  lock.release();
  return undefined;
}

/** One segment file. */
export interface SegmentFile {
  readonly path: string;
  readonly number: number;
  readonly size: number;
  /** Time of the last write, in milliseconds since 1970. */
  readonly changed: number;
}

export function segmentPath(directory: string, lane: number, number: number): string {
  return join(directory, `${String(number).padStart(10, '0')}-${LANES[lane]?.name ?? lane}.seg`);
}

/** Segments by lane, each list in the order in which they were written. Foreign files are passed over. */
export function listSegments(directory: string): SegmentFile[][] {
  const lanes: SegmentFile[][] = LANES.map(() => []);
  for (const name of attempt(() => readdirSync(directory)) ?? []) {
    const [, number, laneName] = SEGMENT.exec(name) ?? [];
    const lane = LANES.find((candidate) => candidate.name === laneName);
    if (lane === undefined) continue;
    const path = join(directory, name);
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (found === undefined || !isOwnFile(found)) continue;
    lanes[lane.index]?.push({ path, number: Number(number), size: found.size, changed: found.mtimeMs });
  }
  for (const lane of lanes) lane.sort((a, b) => a.number - b.number);
  return lanes;
}

/** Removes a directory, files that are ours by name and all; anything else in it stays, and the directory with it. */
export function removeSpoolDirectory(path: string): void {
  const own = /^(?:\d{10}-[a-z]+\.seg|cursor\.[01](?:\.tmp)?|lock(?:-journal)?)$/;
  const names = attempt(() => readdirSync(path)) ?? [];
  // The lock goes last: as long as it is there, a directory that could not be removed can be adopted.
  for (const name of names.filter((candidate) => own.test(candidate)).toSorted(lockLast)) {
    attempt(() => unlinkSync(join(path, name)));
  }
  attempt(() => rmdirSync(path));
}

function lockLast(a: string, b: string): number {
  return Number(a === LOCK) - Number(b === LOCK);
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
