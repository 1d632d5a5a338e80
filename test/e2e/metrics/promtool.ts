import { spawnSync } from 'node:child_process';

/** Whether Prometheus' own checker (Debian package `prometheus`) is installed. */
export const hasPromtool = spawnSync('promtool', ['--version']).error === undefined;

/** How it ends where all it had was advice. */
const LINT_ONLY = 3;

/** What `promtool check metrics` cannot read in a page, leaving aside what it has to say about names; empty if it can. */
export function promtoolError(page: string): string {
  const { status, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: page, encoding: 'utf8' });
  return status === 0 || status === LINT_ONLY ? '' : stderr || `promtool ended with ${String(status)}`;
}

/** Runs `promtool check metrics` on a page and answers with what it had to complain about. */
export function promtoolProblems(page: string): string {
  const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], {
    input: page,
    encoding: 'utf8',
  });
  return status === 0 ? '' : `${stdout}${stderr}` || `promtool ended with ${String(status)}`;
}

/** Runs `promtool` and answers with how it ended and all that it printed. */
export function promtool(...args: readonly string[]): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync('promtool', args, { encoding: 'utf8' });
  return { status, output: `${stdout}${stderr}` };
}
