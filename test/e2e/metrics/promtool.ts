import { spawnSync } from 'node:child_process';

/** Whether Prometheus' own checker (Debian package `prometheus`) is installed. */
export const hasPromtool = spawnSync('promtool', ['--version']).error === undefined;

/** Runs `promtool check metrics` on a page and answers with what it had to complain about. */
export function promtoolProblems(page: string): string {
  const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], {
    input: page,
    encoding: 'utf8',
  });
  return status === 0 ? '' : `${stdout}${stderr}` || `promtool ended with ${String(status)}`;
}
