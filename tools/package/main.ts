// Checks the packed libraries as a registry would get them: publint for the package.json, attw for the types.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packLibraries } from '../libraries.ts';

// CommonJS consumers require() the ES modules, as Node can since 22.12; attw has no profile for that.
const CHECKS = ['publint run --strict', 'attw --profile esm-only'];

const folder = mkdtempSync(join(tmpdir(), 'nest-telemetry-package-'));
try {
  for (const tarball of packLibraries(folder)) {
    for (const command of CHECKS) {
      const { status, error } = spawnSync(`${command} ${tarball}`, { stdio: 'inherit', shell: true });
      if (error) throw error;
      if (status !== 0) process.exitCode = 1;
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
