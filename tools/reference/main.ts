// Writes the pages of docs that are made from catalogues; `--check` only compares.
import { readFileSync, writeFileSync } from 'node:fs';
import '../sources.ts';

// Imports are resolved before anything runs, so these have to wait.
const { doctorPage } = await import('./doctor.page.ts');
const { errorsPage } = await import('./errors.page.ts');
const { metricsPage } = await import('./metrics.page.ts');

const PAGES = {
  'guides/doctor.md': doctorPage,
  'reference/errors.md': errorsPage,
  'reference/metrics.md': metricsPage,
} as const;

for (const [name, page] of Object.entries(PAGES)) {
  const file = new URL(`../../docs/${name}`, import.meta.url);
  if (!process.argv.includes('--check')) {
    writeFileSync(file, page());
  } else if (current(file) !== page()) {
    console.error(`docs/${name} is out of date: run \`npm run docs:reference\`.`);
    process.exitCode = 1;
  }
}

function current(file: URL): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
