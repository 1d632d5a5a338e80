import { spawnSync } from 'node:child_process';

/** Where Go installs itself, for shells that have not been told. */
const GO_FOLDER = '/usr/local/go/bin';

export interface GoOptions {
  readonly cwd: string;
  /** Until it is given up. */
  readonly minutes: number;
}

/** Runs Go behind everything else on this machine; answers with what it printed, or with why it failed. */
export function go(
  args: readonly string[],
  { cwd, minutes }: GoOptions,
): { readonly output: string } | { readonly problem: string } {
  const { status, error, stdout, stderr, signal } = spawnSync('nice', ['-n', '19', 'go', ...args], {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: minutes * 60_000,
    env: { ...process.env, GOFLAGS: '', PATH: `${process.env['PATH'] ?? ''}:${GO_FOLDER}` },
  });
  if (status === 0) return { output: stdout };
  if (signal !== null) return { problem: `not within ${minutes} minutes (INTEROP_BUILD_MINUTES)` };
  return { problem: error?.message ?? stderr.trim().split('\n').slice(-3).join(' | ') };
}
