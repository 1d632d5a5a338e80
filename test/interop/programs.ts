import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { accessSync, constants, globSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/** Binaries are kept here, outside of the checkout, by what they were built from. */
export const CACHE = join(
  process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'),
  'nest-telemetry',
  'interop',
);

/** A program of others that the stack is tried with. */
export interface ForeignProgram {
  readonly name: string;
  /** What Go builds. */
  readonly goPackage: string;
  /** The folder with its pinned versions, where that has not the name of the program. */
  readonly folder?: string;
  /** Build tags: what it is built without. */
  readonly tags?: string;
}

export const PROGRAMS = {
  kustomize: { name: 'kustomize', goPackage: 'sigs.k8s.io/kustomize/kustomize/v5' },
  kubeconform: { name: 'kubeconform', goPackage: 'github.com/yannh/kubeconform/cmd/kubeconform' },
  otelcol: { name: 'otelcol', goPackage: '.' },
  jaeger: { name: 'jaeger', goPackage: 'github.com/jaegertracing/jaeger/cmd/jaeger' },
  // As it is, but for the discovery of targets in clouds, which is most of the work and never used here.
  prometheus: {
    name: 'prometheus',
    goPackage: 'github.com/prometheus/prometheus/cmd/prometheus',
    tags: 'remove_all_sd',
  },
  promtool: {
    name: 'promtool',
    goPackage: 'github.com/prometheus/prometheus/cmd/promtool',
    folder: 'prometheus',
    tags: 'remove_all_sd',
  },
} as const satisfies Record<string, ForeignProgram>;

/** Where the pinned versions of a program are, and what is our own of it. */
export function sourcesOf({ name, folder = name }: ForeignProgram): string {
  return join(import.meta.dirname, folder);
}

/** Where a program is kept, whether or not it is there. */
export function keptAt(program: ForeignProgram): string {
  const { name, tags } = program;
  const folder = sourcesOf(program);
  const hash = createHash('sha256');
  if (tags !== undefined) hash.update(tags);
  for (const file of globSync('**/*.{go,mod,sum}', { cwd: folder }).toSorted()) {
    hash.update(readFileSync(join(folder, file)));
  }
  return join(CACHE, `${name}-${hash.digest('hex').slice(0, 16)}`);
}

/** The program to run; undefined where it has not been built. One on the PATH would be another version, with other components. */
export function find(program: ForeignProgram): string | undefined {
  const kept = keptAt(program);
  return isExecutable(kept) ? kept : undefined;
}

/** Whether the absence of a program is a failure: where services are required, and there is what builds it. */
export function isRequired(): boolean {
  return process.env['REQUIRE_SERVICES'] === '1' && onPath('go') !== undefined;
}

/** Runs a program to its end; answers with its output, and with how it ended when that was badly. */
export function run(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): { readonly ok: boolean; readonly output: string } {
  try {
    const output = execFileSync(command, [...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
      maxBuffer: 64 * 1024 * 1024,
    });
    return { ok: true, output };
  } catch (error) {
    const { stdout = '', stderr = '', message } = error as Error & { stdout?: string; stderr?: string };
    return { ok: false, output: `${stdout}${stderr}` || message };
  }
}

function onPath(name: string): string | undefined {
  // Where Go installs itself, for shells that have not been told.
  return [...(process.env['PATH'] ?? '').split(delimiter), '/usr/local/go/bin']
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
