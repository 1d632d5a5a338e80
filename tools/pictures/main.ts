// Writes the Grafana dashboards and Prometheus rules of docker/ from the catalogue of metrics; `--check` only compares.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT } from '../libraries.ts';
import '../sources.ts';

// Imports are resolved before anything runs, so these have to wait.
const { dashboardFiles } = await import('./dashboard.files.ts');
const { ruleFiles } = await import('./rule.files.ts');

for (const [path, content] of [...dashboardFiles(), ...ruleFiles()]) {
  const file = join(ROOT, path);
  if (!process.argv.includes('--check')) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  } else if (current(file) !== content) {
    console.error(`${path} is out of date: run \`npm run pictures\`.`);
    process.exitCode = 1;
  }
}

function current(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
