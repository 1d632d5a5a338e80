import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { delimiter, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const LIBRARY = `${ROOT}libs/telemetry`;
/** Our packages by the folder they are in. */
const OURS = { otlp: '@nest-telemetry/otlp', spool: '@nest-telemetry/spool', telemetry: 'nest-telemetry' };
const INSTALLED = `${HERE}node_modules`;

/** Packages of which a second copy would make telemetry silently do nothing, or Nest inject nothing. */
const SINGLE = ['@nestjs/core', '@nestjs/common', '@opentelemetry/api'];

/** Packages whose versions belong to the result. */
const NAMED = [
  '@nestjs/core',
  '@nestjs/microservices',
  '@opentelemetry/auto-instrumentations-node',
  '@opentelemetry/sdk-node',
  'nestjs-otel',
  '@fastify/otel',
  '@opentelemetry/instrumentation-grpc',
  'nest-telemetry',
];

interface Package {
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

interface Lock {
  readonly packages: Readonly<Record<string, Package>>;
}

function readPackage(file: string): Package {
  return JSON.parse(readFileSync(file, 'utf8')) as Package;
}

function readLock(file: string): Lock {
  return JSON.parse(readFileSync(file, 'utf8')) as Lock;
}

/** Runs a command on this very Node, whatever `node` is first in the caller's PATH. */
function run(command: string, args: readonly string[]): void {
  const PATH = `${dirname(process.execPath)}${delimiter}${process.env.PATH}`;
  const shell = process.platform === 'win32';
  const { status } = spawnSync(command, args, {
    cwd: ROOT,
    stdio: 'inherit',
    shell,
    env: { ...process.env, PATH },
  });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed`);
}

function isInstalled(): boolean {
  const stamp = `${INSTALLED}/.package-lock.json`;
  return existsSync(stamp) && statSync(stamp).mtimeMs >= statSync(`${HERE}package-lock.json`).mtimeMs;
}

/** npm copies the library's dependencies into the lockfile; says so when they have moved on. */
function checkLock(): void {
  const locked = readLock(`${HERE}package-lock.json`).packages['node_modules/nest-telemetry']?.dependencies;
  const { dependencies } = readPackage(`${LIBRARY}/package.json`);
  if (isDeepStrictEqual(locked, dependencies)) return;
  throw new Error(
    'test/bench/package-lock.json does not know the present dependencies of nest-telemetry: run `cd test/bench && npm install file:../../libs/otlp file:../../libs/spool file:../../libs/telemetry`',
  );
}

function checkSingleCopies(): void {
  const { packages } = readLock(`${INSTALLED}/.package-lock.json`);
  for (const name of SINGLE) {
    const copies = Object.keys(packages).filter((path) => path.endsWith(`node_modules/${name}`));
    if (copies.length !== 1)
      throw new Error(`${copies.length} copies of ${name} in test/bench: ${copies.join(', ')}`);
  }
}

function isLibraryBuilt(): boolean {
  const types = `${LIBRARY}/dist/index.d.ts`;
  return existsSync(types) && readFileSync(types, 'utf8').includes('TelemetryModule');
}

/** Installs the peers if need be, puts the built library among them and compiles the variants. */
export function prepare(): { libraryBuilt: boolean; versions: Record<string, string> } {
  checkLock();
  if (!isInstalled()) run('npm', ['ci', '--prefix', 'test/bench']);
  checkSingleCopies();

  const libraryBuilt = isLibraryBuilt();
  if (libraryBuilt) {
    for (const [folder, name] of Object.entries(OURS)) {
      // Sources come along with the installation, and would be taken for the present ones by whoever checks types.
      for (const part of ['dist', 'src'])
        rmSync(`${INSTALLED}/${name}/${part}`, { recursive: true, force: true });
      for (const part of ['dist', 'package.json'])
        cpSync(`${ROOT}libs/${folder}/${part}`, `${INSTALLED}/${name}/${part}`, { recursive: true });
    }
  }

  const compiler = `${ROOT}node_modules/typescript7/bin/tsc`;
  run(process.execPath, [compiler, '-p', 'test/bench/app', ...(libraryBuilt ? [] : ['--noCheck'])]);

  const { packages } = readLock(`${INSTALLED}/.package-lock.json`);
  const version = (name: string): string => packages[`node_modules/${name}`]?.version ?? 'unknown';
  return { libraryBuilt, versions: Object.fromEntries(NAMED.map((name) => [name, version(name)])) };
}
