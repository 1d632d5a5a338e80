import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, mkdir, readFile, rename } from 'node:fs/promises';
import { basename, delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const CACHE = join(import.meta.dirname, '..', '..', 'node_modules', '.cache');
// Where Go installs itself, for shells that have not been told.
const FOLDERS = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/local/go/bin'];

/** Whether programs can be built. */
export async function hasGo(): Promise<boolean> {
  return (await go()) !== undefined;
}

/** The path of the program in that folder; built once for its sources, and kept. */
export async function buildGoProgram(folder: string): Promise<string> {
  const sources = await Promise.all(
    ['main.go', 'go.mod', 'go.sum'].map((name) => readFile(join(folder, name))),
  );
  const hash = createHash('sha256');
  for (const source of sources) hash.update(source);
  const cache = join(CACHE, `go-${basename(folder)}`);
  const binary = join(cache, hash.digest('hex').slice(0, 16));
  if (await exists(binary)) return binary;
  await mkdir(cache, { recursive: true });
  // Two runs may build at once; a name of its own each, and the last rename wins.
  const made = `${binary}.${process.pid}`;
  await promisify(execFile)((await go()) ?? 'go', ['build', '-o', made, '.'], { cwd: folder });
  await rename(made, binary);
  return binary;
}

async function go(): Promise<string | undefined> {
  for (const folder of FOLDERS) {
    const path = join(folder, 'go');
    // oxlint-disable-next-line no-await-in-loop -- the first one counts
    if (await exists(path)) return path;
  }
  return undefined;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
