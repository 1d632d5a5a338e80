import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  describeCode,
  telemetryErrorCatalog,
  TelemetryError,
  type TelemetryCode,
} from './telemetry.errors.js';

const folder = import.meta.dirname;
const sources = globSync('**/*.ts', { cwd: folder })
  .filter((file) => !file.endsWith('.spec.ts') && !file.endsWith('telemetry.errors.ts'))
  .map((file) => readFileSync(`${folder}/${file}`, 'utf8'))
  .join('\n');

describe('the catalogue', () => {
  it.each(Object.keys(telemetryErrorCatalog))('lists %s because something reports it', (code) => {
    expect(sources).toContain(`'${code}'`);
  });

  it('fills in the details of the case, and leaves a place open rather than fail', () => {
    expect(describeCode('NT_METRICS_PORT_IN_USE', { port: 9464 })).toMatch(
      /^Metrics port 9464 is in use\. Set/,
    );
    expect(describeCode('NT_METRICS_PORT_IN_USE')).toContain('{port}');
  });
});

describe('an error of the library', () => {
  it('carries code, details and cause, and says what happened and what to do', () => {
    const cause = new Error('EADDRINUSE');
    const error = new TelemetryError('NT_METRICS_PORT_IN_USE', { port: 1 }, { cause });
    const code: TelemetryCode = error.code;
    expect({ code, details: error.details, cause: error.cause, name: error.name }).toEqual({
      code: 'NT_METRICS_PORT_IN_USE',
      details: { port: 1 },
      cause,
      name: 'TelemetryError',
    });
    expect(error.message).toMatch(/^\[NT_METRICS_PORT_IN_USE\] Metrics port 1 is in use\. Set metrics\.port/);
  });
});
