import { execFile } from 'node:child_process';
import type { Dirent } from 'node:fs';
import { readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Progress } from './progress.ts';
import { ROOT } from './repository.ts';
import { StartError } from './start.error.ts';

const execute = promisify(execFile);

interface Package {
  readonly title: string;
  readonly folder: string;
  /** Arguments of node, for one program after the other. */
  readonly commands: readonly (readonly string[])[];
}

// In the order in which they need each other.
const LIBRARIES: readonly Package[] = ['otlp', 'spool', 'telemetry'].map((name) => ({
  title: `${name} library`,
  folder: join(ROOT, 'libs', name),
  commands: [compile(name)],
}));

// The compiler does not empty the folder that the page is built into.
const DASHBOARD: Package = {
  title: 'dashboard',
  folder: join(ROOT, 'libs', 'dashboard'),
  commands: [
    compile('dashboard'),
    ['node_modules/vite/bin/vite.js', 'build', '--config', 'libs/dashboard/ui/vite.config.ts'],
  ],
};

const SERVICES: readonly Package[] = ['user', 'order'].map((name) => ({
  title: `${name} service`,
  folder: join(ROOT, 'apps', name),
  commands: [['node_modules/@nestjs/cli/bin/nest.js', 'build', name]],
}));

function compile(library: string): string[] {
  return ['node_modules/typescript7/bin/tsc', '-p', `libs/${library}/tsconfig.build.json`];
}

/** Written last, so that a build that was interrupted is not taken for a finished one. */
const STAMP = join('dist', '.complete');

/** Builds the libraries alone, where their sources are newer than their output. */
export async function buildLibraries(): Promise<void> {
  for (const library of [...LIBRARIES, DASHBOARD]) {
    if (await isStale(library.folder)) await complete(library, new AbortController().signal);
  }
}

/** Builds the libraries, the services and, if it is wanted, the dashboard, whose sources are newer than their output. */
export async function build(
  { dashboard }: { readonly dashboard: boolean },
  progress: Progress,
  signal: AbortSignal,
): Promise<void> {
  for (const library of LIBRARIES) await buildIfStale(library, progress, signal);
  if (dashboard) await buildIfStale(DASHBOARD, progress, signal);
  // One after the other: side by side they would take longer on a small machine, and two spinners share one line.
  for (const service of SERVICES) await buildIfStale(service, progress, signal);
}

async function buildIfStale(target: Package, progress: Progress, signal: AbortSignal): Promise<void> {
  if (!(await isStale(target.folder))) return;
  await progress.step(`Building the ${target.title}`, () => complete(target, signal));
}

async function complete(target: Package, signal: AbortSignal): Promise<void> {
  const stamp = join(target.folder, STAMP);
  await rm(stamp, { force: true });
  await run(target, signal);
  await writeFile(stamp, '');
}

async function run({ title, commands }: Package, signal: AbortSignal): Promise<void> {
  try {
    for (const command of commands) await execute(process.execPath, [...command], { cwd: ROOT, signal });
  } catch (error) {
    signal.throwIfAborted();
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new StartError(`The ${title} could not be built.\n${stdout}${stderr}`.trimEnd(), { cause: error });
  }
}

/** Whether anything a package is built from changed after its last complete build. */
export async function isStale(folder: string): Promise<boolean> {
  const builtAt = await changedAt(join(folder, STAMP));
  if (builtAt === undefined) return true;
  const settings = (await readdir(folder))
    .filter((name) => name.endsWith('.json'))
    .map((name) => join(folder, name));
  const sources = [...(await entriesOf(join(folder, 'src'))), ...(await entriesOf(join(folder, 'ui')))];
  const files = sources.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  // A folder changes when a file in it is deleted or renamed.
  const folders = sources
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name));
  const times = await Promise.all([...settings, ...files, ...folders, join(folder, 'src')].map(changedAt));
  return times.some((time) => time !== undefined && time > builtAt);
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { recursive: true, withFileTypes: true });
  } catch {
    // Most packages have no page.
    return [];
  }
}

async function changedAt(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).mtimeMs;
  } catch {
    return undefined;
  }
}
