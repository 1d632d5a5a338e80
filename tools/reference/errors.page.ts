import { telemetryErrorCatalog } from '../../libs/telemetry/src/telemetry.errors.ts';

/** docs/reference/errors.md, from the error catalogue. */
export function errorsPage(): string {
  const rows = Object.entries(telemetryErrorCatalog).map(
    ([code, { message, action }]) => `### \`${code}\`\n\n${message}\n\n**What to do.** ${action}\n`,
  );
  return [
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
}
