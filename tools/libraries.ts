import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../', import.meta.url));

/** Folders in `libs/`, in the order in which they need each other. */
export const LIBRARIES = ['otlp', 'spool', 'telemetry', 'dashboard'] as const;

export interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
  readonly bin?: Readonly<Record<string, string>>;
  readonly sideEffects?: readonly string[];
  readonly exports: Readonly<Record<string, string | { readonly types: string; readonly default: string }>>;
}

/** The text of a file of the repository or of a package. */
export function readText(...path: readonly string[]): string {
  return readFileSync(join(...path), 'utf8');
}

/** The package.json of a package that is in a folder. */
export function readManifest(folder: string): Manifest {
  return JSON.parse(readText(folder, 'package.json')) as Manifest;
}

/** Compiles a library, and the page of one that has one, from nothing: what an earlier build left behind would be published. */
export function buildLibrary(folder: string): void {
  rmSync(join(folder, 'dist'), { recursive: true, force: true });
  const compiler = join(ROOT, 'node_modules', 'typescript7', 'bin', 'tsc');
  execFileSync(process.execPath, [compiler, '-p', join(folder, 'tsconfig.build.json')], { stdio: 'inherit' });
  const page = join(folder, 'ui', 'vite.config.ts');
  if (!existsSync(page)) return;
  const vite = join(ROOT, 'node_modules', 'vite', 'bin', 'vite.js');
  execFileSync(process.execPath, [vite, 'build', '--logLevel', 'warn', '--config', page], {
    cwd: folder,
    stdio: 'inherit',
  });
}

/**
 * Builds and packs every library in a copy, so that builds of the repository that run at the same time are not disturbed.
 * @returns the paths of the tarballs, in the order of {@link LIBRARIES}
 */
export function packLibraries(target: string): string[] {
  const stage = join(target, 'stage');
  mkdirSync(stage, { recursive: true });
  cpSync(join(ROOT, 'tsconfig.json'), join(stage, 'tsconfig.json'));
  linkPackages(installedPackages(), stage);
  const tarballs = LIBRARIES.map((library) => {
    const folder = join(stage, 'libs', library);
    cpSync(join(ROOT, 'libs', library), folder, {
      recursive: true,
      filter: (source) => !['dist', 'node_modules'].includes(basename(source)),
    });
    linkPackage(folder, readManifest(folder).name, stage);
    buildLibrary(folder);
    return pack(folder, join(target, library));
  });
  rmSync(stage, { recursive: true });
  return tarballs;
}

function pack(folder: string, target: string): string {
  mkdirSync(target);
  execFileSync('npm', ['pack', '--silent', '--pack-destination', target], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
  const [tarball = ''] = readdirSync(target);
  return join(target, tarball);
}

/** Links packages as installed in this repository into the `node_modules` of a folder. */
export function linkPackages(names: readonly string[], folder: string): void {
  for (const name of names) linkPackage(join(ROOT, 'node_modules', name), name, folder);
}

function linkPackage(source: string, name: string, folder: string): void {
  const link = join(folder, 'node_modules', name);
  mkdirSync(dirname(link), { recursive: true });
  symlinkSync(source, link, 'junction');
}

/** Every package at the top of `node_modules`, without the repository's own. */
function installedPackages(): string[] {
  const installed = join(ROOT, 'node_modules');
  return readdirSync(installed)
    .filter((name) => !name.startsWith('.') && name !== 'nest-telemetry' && name !== '@nest-telemetry')
    .flatMap((name) =>
      name.startsWith('@') ? readdirSync(join(installed, name)).map((scoped) => `${name}/${scoped}`) : [name],
    );
}
