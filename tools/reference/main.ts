// Writes docs/reference/errors.md from the error catalogue; `--check` only compares.
import { readFileSync, writeFileSync } from 'node:fs';
import { telemetryErrorCatalog } from '../../libs/telemetry/src/telemetry.errors.ts';

const FILE = new URL('../../docs/reference/errors.md', import.meta.url);

const rows = Object.entries(telemetryErrorCatalog).map(
  ([code, { message, action }]) => `### \`${code}\`\n\n${message}\n\n**What to do.** ${action}\n`,
);
const text = [
  '# Errors and warnings',
  '',
  '<!-- Generated from libs/telemetry/src/telemetry.errors.ts by `npm run docs:reference`. -->',
  '',
  'Every error and warning of `nest-telemetry` has a code that never changes its meaning. Errors are thrown as',
  '`TelemetryError` while the application starts and carry `code` and `details`; while it runs the library throws nothing.',
  "Warnings go to Nest's logger with the context `Telemetry`, at most once a minute each, or, before there is an",
  "application, to Node's process warnings with the same code.",
  '',
  ...rows,
].join('\n');

if (process.argv.includes('--check')) {
  if (readFileSync(FILE, 'utf8') !== text) {
    console.error('docs/reference/errors.md is out of date: run `npm run docs:reference`.');
    process.exitCode = 1;
  }
} else {
  writeFileSync(FILE, text);
}
