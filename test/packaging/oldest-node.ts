import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../tools/libraries.ts';

/** The oldest Node that the package.json of the libraries allows. */
export const OLDEST_NODE = '22.15.0';

/** Its executable, installed on first use from the `node` package; nothing where that cannot be had. */
export function installOldestNode(): string | undefined {
  const folder = join(ROOT, 'node_modules', '.cache', `node-${OLDEST_NODE}`);
  const executable = join(folder, 'node_modules', 'node', 'bin', 'node');
  if (runs(executable)) return executable;
  mkdirSync(folder, { recursive: true });
  const manifest = { private: true, allowScripts: { node: true }, dependencies: { node: OLDEST_NODE } };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  try {
    execFileSync('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', '--silent'], {
      cwd: folder,
      stdio: 'ignore',
      timeout: 60_000,
    });
  } catch {
    return undefined;
  }
  return runs(executable) ? executable : undefined;
}

function runs(executable: string): boolean {
  if (!existsSync(executable)) return false;
  return execFileSync(executable, ['--version'], { encoding: 'utf8' }).trim() === `v${OLDEST_NODE}`;
}
