// Telemetry on disk is for nobody else: whoever could read it would read what users did, and whoever could write it
// would send what he likes in our name (see CVE-2026-42191 of the .NET exporter). So: 0700 and 0600, our own files only,
// and no directory above that somebody else could exchange.
import { constants, lstatSync, mkdirSync, openSync, type Stats } from 'node:fs';
import { dirname, join } from 'node:path';

const GROUP_OR_WORLD_WRITABLE = 0o022;
const STICKY = 0o1000;
const ROOT = 0;

/** Makes `<base>/<service>`, or finds out that it cannot be trusted. */
export function openServiceDirectory(base: string, service: string): string {
  makeDirectory(base);
  for (let above = dirname(base); ; above = dirname(above)) {
    requireTrusted(above);
    if (above === dirname(above)) break;
  }
  requirePrivate(base);
  const directory = join(base, directoryName(service));
  makeDirectory(directory);
  requirePrivate(directory);
  return directory;
}

/**
 * Makes a directory and those above it that are missing. Node's own `recursive` never returns where a file system says
 * of a directory that is there that it is not, as `/proc` does.
 */
function makeDirectory(path: string): void {
  const above = dirname(path);
  if (above !== path && lstatSync(above, { throwIfNoEntry: false }) === undefined) makeDirectory(above);
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/** A name that is one part of a path, whatever the service is called. */
function directoryName(service: string): string {
  return encodeURIComponent(service)
    .replace(/^\.+/, (dots) => '%2E'.repeat(dots.length))
    .slice(0, 200);
}

/** Throws unless a directory is one, ours, and writable by nobody else. */
export function requirePrivate(path: string): void {
  const found = lstatSync(path);
  if (!found.isDirectory()) throw new Error(`${path} is no directory, or a link to one`);
  if (!isOurs(found)) throw new Error(`${path} belongs to another user`);
  if (isOpenToOthers(found)) throw new Error(`${path} is writable by others; it should have mode 0700`);
}

/** Directories above may be those of the system. What is below a sticky one, others cannot rename. */
function requireTrusted(path: string): void {
  const found = lstatSync(path);
  const isSystems = found.uid === ROOT || isOurs(found);
  if (!isSystems) throw new Error(`${path} belongs to another user, who could exchange what is in it`);
  if (!found.isSymbolicLink() && isOpenToOthers(found) && (found.mode & STICKY) === 0)
    throw new Error(`${path} is writable by others, who could exchange what is in it`);
}

/** Whether a file is a plain one of ours that nobody else can write. */
export function isOwnFile(found: Stats): boolean {
  return found.isFile() && isOurs(found) && !isOpenToOthers(found);
}

/** Makes a file that was not there before, for us alone. */
export function createPrivateFile(path: string): number {
  const { O_RDWR, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
  return openSync(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
}

/** Opens a file to read it, unless it is a link. */
export function openToRead(path: string): number {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  return openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
}

// Windows knows no owners and modes of this kind; there the permissions of the base directory decide.
function isOurs({ uid }: Stats): boolean {
  return process.geteuid === undefined || uid === process.geteuid();
}

function isOpenToOthers({ mode }: Stats): boolean {
  return process.geteuid !== undefined && (mode & GROUP_OR_WORLD_WRITABLE) !== 0;
}
