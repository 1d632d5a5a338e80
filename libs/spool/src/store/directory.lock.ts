// Node cannot lock files itself, but SQLite can: an exclusive transaction on a file is a lock of the kernel, which ends
// with the process, however it ends. The file is never opened by other means while it is locked: POSIX locks of a
// process end when it closes any descriptor of the file.
import type { DatabaseSync } from 'node:sqlite';

type Sqlite = typeof import('node:sqlite');

/** A lock that is held. */
export interface DirectoryLock {
  release(): void;
}

/**
 * Locks a file.
 * @returns undefined when somebody holds it
 * @throws when this Node cannot lock, or the file cannot be opened
 */
export function lockFile(path: string): DirectoryLock | undefined {
  const database: DatabaseSync = new (sqlite().DatabaseSync)(path, { timeout: 0 });
  try {
    // Nothing is ever written to it, but without the third one closing it waits for the disk, up to 20 ms at the end of the
    // process.
    database.exec(
      'PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; BEGIN EXCLUSIVE',
    );
  } catch (error) {
    database.close();
    if ((error as { errcode?: number }).errcode === SQLITE_BUSY) return undefined;
    throw error;
  }
  return {
    release: () => {
      if (database.isOpen) database.close();
    },
  };
}

/** @throws when this Node cannot lock */
export function requireLocks(): void {
  sqlite();
}

const SQLITE_BUSY = 5;
let loaded: Sqlite | undefined;

function sqlite(): Sqlite {
  loaded ??= loadQuietly();
  return loaded;
}

/** On Node 22 loading SQLite prints that it is experimental, which is nothing the application has to know. */
function loadQuietly(): Sqlite {
  const before = Object.getOwnPropertyDescriptor(process, 'emitWarning');
  const emitWarning = process.emitWarning.bind(process);
  process.emitWarning = (warning: string | Error, ...rest: never[]) => {
    if (!String(warning).includes('SQLite')) emitWarning(warning, ...rest);
  };
  try {
    const found = process.getBuiltinModule('node:sqlite') as Sqlite | undefined;
    if (found === undefined) throw new Error('this Node has no node:sqlite, which files are locked with');
    return found;
  } finally {
    if (before !== undefined) Object.defineProperty(process, 'emitWarning', before);
  }
}
